use cache_runtime::{invalidates, read_through};

#[read_through(key = "user:{id}", ttl = 60)]
async fn get_user(id: u64) -> String {
    id.to_string()
}

#[invalidates(get_user, "user:{id}", get_user(id).await, { get_user(id) }, |id| get_user(id), get_user!(id))]
async fn rename(id: u64) -> u64 {
    id
}

async fn caller() -> u64 {
    rename(7).await
}

fn main() {}
