use cache_runtime::{invalidates, read_through};

#[read_through(key = "user:{id}", ttl = 60)]
async fn get_user(id: u64) -> String {
    id.to_string()
}

#[invalidates(get_user(id))]
async fn rename(id: u64) -> Result<impl ToString, std::fmt::Error> {
    Ok(id)
}

#[invalidates(get_user(id))]
async fn never(id: u64) -> ! {
    panic!("{id}")
}

fn main() {}
