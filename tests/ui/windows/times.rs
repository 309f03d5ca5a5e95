use cache_runtime::read_through;

#[read_through(key = "user:{id}", ttl = 60, stale_while_revalidate = "forever")]
async fn a(id: u64) -> Result<u64, String> {
    Ok(id)
}

#[read_through(key = "user:{id}", ttl = 60, stale_if_error = 0)]
async fn b(id: u64) -> Result<u64, String> {
    Ok(id)
}

#[read_through(key = "user:{id}", ttl = 60, stale_if_error = "1h", soft_timeout = |v: &u64| 5)]
async fn c(id: u64) -> Result<u64, String> {
    Ok(id)
}

#[read_through(key = "user:{id}", ttl = 60, stale_if_error = "1 hour")]
async fn d(id: u64) -> Result<u64, String> {
    Ok(id)
}

fn main() {}
