use cache_runtime::read_through;

#[read_through(key = "user:{id}", ttl = 60, refresh_ahead = 0.0)]
async fn a(id: u64) -> Result<u64, String> {
    Ok(id)
}

#[read_through(key = "user:{id}", ttl = 60, refresh_ahead = 1)]
async fn b(id: u64) -> Result<u64, String> {
    Ok(id)
}

#[read_through(key = "user:{id}", ttl = 60, refresh_ahead = -0.8)]
async fn c(id: u64) -> Result<u64, String> {
    Ok(id)
}

#[read_through(key = "user:{id}", ttl = 60, refresh_ahead = "80%")]
async fn d(id: u64) -> Result<u64, String> {
    Ok(id)
}

fn main() {}
