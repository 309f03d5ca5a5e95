use cache_runtime::read_through;

#[read_through(key = "user:{id}", ttl = 60, soft_timeout = "50ms", refresh_ahead = 0.8)]
async fn a(id: u64) -> Result<u64, String> {
    Ok(id)
}

fn main() {}
