use std::collections::HashMap;

use cache_runtime::read_through;

#[read_through(key = "a:{tenant}", ttl = 60, each(tenant in ids))]
async fn by_a_parameter(tenant: u32, ids: &[u64]) -> HashMap<u64, String> {
    HashMap::new()
}

#[read_through(key = "b:{ids}", ttl = 60, each(ids in ids))]
async fn by_the_list(ids: &[u64]) -> HashMap<u64, String> {
    HashMap::new()
}

fn main() {}
