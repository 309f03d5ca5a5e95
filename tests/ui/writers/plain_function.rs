use cache_runtime::{invalidates, read_through};

#[read_through(key = "user:{id}", ttl = 60)]
async fn get_user(id: u64) -> String {
    id.to_string()
}

#[invalidates(get_user(id))]
fn rename(id: u64) -> u64 {
    id
}

fn caller() -> u64 {
    rename(7)
}

fn main() {}
