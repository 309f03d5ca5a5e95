use std::collections::HashMap;

use cache_runtime::read_through;

#[read_through(key = "near:{tenant}:{id}", ttl = 60, each(id in idss))]
async fn near(tenant: u32, ids: &[u64]) -> HashMap<u64, String> {
    HashMap::new()
}

#[read_through(key = "far:{tenant}:{id}", ttl = 60, each(id in users))]
async fn far(tenant: u32, ids: &[u64]) -> HashMap<u64, String> {
    HashMap::new()
}

fn main() {
    let _ = near::key(1, 7);
    let _ = far::key(1, 7);
}
