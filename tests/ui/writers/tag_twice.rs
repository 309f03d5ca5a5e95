use cache_runtime::{invalidates, read_through};

#[read_through(key = "user:{id}", ttl = 60)]
async fn get_user(id: u64) -> Option<u64> {
    Some(id)
}

#[invalidates(get_user(id), tag = "user:{id}", tag = "user:{id}")]
async fn rename(id: u64) {}

fn main() {}
