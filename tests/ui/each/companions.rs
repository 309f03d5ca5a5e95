use std::collections::HashMap;

use cache_runtime::{invalidates, read_through, write_through};

#[read_through(key = "a:{tenant}:{id}", ttl = 60, each(id in ids))]
async fn names(tenant: u32, ids: &[u64]) -> HashMap<u64, String> {
    HashMap::new()
}

#[invalidates(names(tenant, ids))]
async fn rename_all(tenant: u32, ids: Vec<u64>) {}

#[write_through(names(tenant, 7))]
async fn rename(tenant: u32) -> HashMap<u64, String> {
    HashMap::new()
}

#[write_through(names(tenant, ..ids))]
async fn rename_several(tenant: u32, ids: &[u64]) -> String {
    format!("{tenant} {ids:?}")
}

fn main() {
    let _ = names::invalidate_many(1, 7);
    let _ = names::put(1, 7, &7);
}
