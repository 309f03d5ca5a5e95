use cache_runtime::{read_through, write_through};

#[read_through(key = "user:{id}", ttl = 60)]
async fn get_user(id: u64) -> String {
    id.to_string()
}

#[write_through(get_user(returned.id))]
async fn rename(id: u64) -> Result<String, String> {
    Ok(id.to_string())
}

fn main() {}
