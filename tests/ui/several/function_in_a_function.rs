use cache_runtime::read_through;

async fn outer() -> u64 {
    #[read_through(key = "user:{id:x}", ttl = 0, skip(self))]
    async fn inner(id: u64) -> u64 {
        id
    }
    let _ = inner::invalidate(7).await;
    inner(7).await
}

fn main() {}
