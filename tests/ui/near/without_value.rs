use cache_runtime::read_through;

#[read_through(key = "user:{id}", ttl = 60, near, jitter = 0.1)]
async fn get_user(id: u64) -> u64 {
    id
}

fn main() {}
