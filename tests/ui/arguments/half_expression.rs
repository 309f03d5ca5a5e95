use cache_runtime::read_through;

#[read_through(key = "user:{id}", ttl = 60, refresh_ahead = 80%)]
async fn a(id: u64) -> u64 {
    id
}

fn main() {}
