use cache_runtime::read_through;

#[read_through(key = "n:{id}", ttl = 60)]
async fn get<const N: usize>(id: u64) -> Vec<u64> {
    vec![id; N]
}

#[read_through(key = "n:{id}", ttl = 60, skip(N))]
async fn skipped<const N: usize>(id: u64) -> u64 {
    id
}

async fn caller() {
    let _ = get::<3>(7).await;
    let _ = get::invalidate(7).await;
    let _ = skipped::<3>(7).await;
}

fn main() {}
