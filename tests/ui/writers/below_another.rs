use cache_runtime::{invalidates, read_through};

#[read_through(key = "user:{id}", ttl = 60)]
async fn get_user(id: u64) -> Option<u64> {
    Some(id)
}

#[tokio::main]
#[invalidates(get_user(7))]
async fn run() {}

fn main() {}
