use cache_runtime::read_through;

#[read_through(key = "user:{id}", ttl = 60, stale_while_revalidate = "6000w", negative_ttl = 99999999999)]
async fn a(id: u64) -> Option<u64> {
    Some(id)
}

fn main() {}
