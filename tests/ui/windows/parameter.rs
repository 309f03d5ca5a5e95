use cache_runtime::read_through;

#[read_through(key = "user:{id}:{age:?}", ttl = 60, stale_if_error = age)]
async fn a(id: u64, age: std::time::Duration) -> Result<u64, String> {
    Ok(id)
}

fn main() {}
