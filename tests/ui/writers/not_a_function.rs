use cache_runtime::{invalidates, read_through, write_through};

#[read_through(key = "user:{id}", ttl = 60)]
async fn get_user(id: u64) -> String {
    id.to_string()
}

#[invalidates(get_user(id))]
struct User;

#[write_through(get_user(id))]
mod users {}

fn user() -> User {
    User
}

fn main() {}
