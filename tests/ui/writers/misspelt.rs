use cache_runtime::{invalidates, read_through};

#[read_through(key = "user:{id}", ttl = 60)]
async fn get_user(id: u64) -> String {
    id.to_string()
}

#[invalidates(get_user(id), tga = "user:{id}", ttl = 60, cahce = REPORTS)]
async fn rename(id: u64) {}

#[invalidates(get_user(id) tag = "user:{id}")]
async fn without_comma(id: u64) {}

#[invalidates(get_user(id), cache = A, cache = B, tag = "all")]
async fn twice(id: u64) {}

fn main() {}
