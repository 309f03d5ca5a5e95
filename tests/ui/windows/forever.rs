use cache_runtime::read_through;

#[read_through(key = "user:{id}", ttl = "forever", stale_while_revalidate = "30s", stale_if_error = "1h", refresh_ahead = 0.8)]
async fn a(id: u64) -> Result<u64, String> {
    Ok(id)
}

fn main() {}
