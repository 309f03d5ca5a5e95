use cache_runtime::{read_through, write_through};

#[read_through(key = "user:{id}", ttl = 60)]
async fn get_user(id: u64) -> Option<u64> {
    Some(id)
}

#[write_through(get_user(id))]
async fn save(id: u64) -> Result<(), String> {
    Ok(())
}

fn main() {}
