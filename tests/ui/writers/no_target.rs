use cache_runtime::{invalidates, write_through};

#[invalidates]
async fn a(id: u64) {}

#[invalidates()]
async fn b(id: u64) {}

#[write_through(crate = cache_runtime)]
async fn c(id: u64) -> u64 {
    id
}

fn main() {}
