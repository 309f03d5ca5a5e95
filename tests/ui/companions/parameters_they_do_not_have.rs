use cache_runtime::read_through;

use cache_runtime::Cache;

#[read_through(key = "{id}", ttl = std::time::Duration::from_secs(age), skip(age))]
async fn a(id: u64, age: u64) -> u64 {
    id + age
}

#[read_through(key = "{id}", ttl = 60, cache = cache, skip(cache))]
async fn b(id: u64, cache: &Cache) -> u64 {
    drop(cache.clone());
    id
}

#[read_through(key = "{id}", ttl = 60, cache_if = |value: &u64| *value > least, skip(least))]
async fn c(id: u64, least: u64) -> u64 {
    id + least
}

async fn caller(cache: &Cache) {
    let _: u64 = a(7, 1).await + b(7, cache).await + c(7, 1).await;
    let _ = (a::invalidate(7).await, b::invalidate(7).await, c::peek(7).await);
}

fn main() {}
