use std::collections::HashMap;

use cache_runtime::read_through;

#[read_through(key = "a:{id}", ttl = 60, skip(ids), each(id in ids))]
async fn the_list(ids: &[u64]) -> HashMap<u64, String> {
    HashMap::new()
}

#[read_through(key = "b:{tenant}", ttl = 60, skip(id), each(id in ids))]
async fn the_element(tenant: u32, ids: &[u64]) -> HashMap<u64, String> {
    HashMap::new()
}

fn main() {}
