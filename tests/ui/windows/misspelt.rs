use cache_runtime::read_through;

#[read_through(key = "user:{id}", ttl = 60, stale_while_revaldiate = "30s", soft_timout = "50ms")]
async fn a(id: u64) -> Result<u64, String> {
    Ok(id)
}

fn main() {}
