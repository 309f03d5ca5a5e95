use cache_runtime::read_through;

#[read_through(key = "user:{id}", ttl = "forever", jitter = 0.1)]
async fn a(id: u64) -> u64 {
    id
}

fn main() {}
