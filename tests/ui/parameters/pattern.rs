use cache_runtime::read_through;

#[read_through(key = "{x}", ttl = 60)]
async fn get((x, y): (u64, u64), _: &str, [first, ..]: [u64; 3]) -> u64 {
    x + y + first
}

async fn caller() {
    let _: u64 = get((1, 2), "a", [3, 4, 5]).await;
    let _ = get::invalidate((1, 2), [1, 2, 3]).await;
}

fn main() {}
