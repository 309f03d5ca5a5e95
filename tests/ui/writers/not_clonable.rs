use cache_runtime::{invalidates, read_through};

struct Id(u64);

#[read_through(key = "name:{id.0}", ttl = 60)]
async fn name(id: Id) -> String {
    id.0.to_string()
}

#[invalidates(name(id))]
async fn rename(id: Id) {}

fn main() {}
