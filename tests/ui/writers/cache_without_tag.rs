use cache_runtime::{invalidates, read_through};

#[read_through(key = "user:{id}", ttl = 60)]
async fn get_user(id: u64) -> String {
    id.to_string()
}

#[invalidates(get_user(id), cache = REPORTS)]
async fn rename(id: u64) {}

fn main() {}
