use std::collections::HashMap;

use cache_runtime::read_through;

#[read_through(key = "a:{name}:{id}", ttl = 60, stale_while_revalidate = 60, each(id in ids))]
async fn parameter(name: &str, ids: &[u64]) -> HashMap<u64, String> {
    HashMap::new()
}

#[read_through(key = "b:{id}", ttl = 60, refresh_ahead = 0.5, each(id in ids))]
async fn ids(ids: &[&str]) -> Vec<Option<u64>> {
    Vec::new()
}

#[read_through(key = "c:{name}:{id}", ttl = 60, blocking, each(id in ids))]
fn blocking(name: &str, ids: &[&str]) -> Vec<Option<u64>> {
    Vec::new()
}

fn main() {}
