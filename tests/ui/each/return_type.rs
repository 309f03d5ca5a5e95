use std::collections::HashMap;

use cache_runtime::read_through;

#[read_through(key = "a:{id}", ttl = 60, each(id in ids))]
async fn one(ids: &[u64]) -> String {
    String::new()
}

#[read_through(key = "b:{id}", ttl = 60, each(id in ids))]
async fn without_ids(ids: &[u64]) -> Result<Vec<String>, u8> {
    Ok(Vec::new())
}

#[read_through(key = "c:{id}", ttl = 60, each(id in ids))]
async fn by_other_ids(ids: &[u64]) -> HashMap<u32, String> {
    HashMap::new()
}

fn main() {}
