use std::collections::HashMap;

use cache_runtime::read_through;

#[read_through(key = "a:{id}", ttl = 60, each(id in ids))]
async fn nothing(ids: &[u64]) {}

#[read_through(key = "b:{id}", ttl = 60, each(id in ids))]
async fn reference<'a>(ids: &'a [u64]) -> HashMap<u64, &'a str> {
    HashMap::new()
}

#[read_through(key = "c:{id}", ttl = 60, each(id in ids))]
async fn opaque(ids: &[u64]) -> Vec<Option<impl Clone>> {
    vec![Some(1)]
}

fn main() {}
