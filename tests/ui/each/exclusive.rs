use std::collections::HashMap;

use cache_runtime::read_through;

struct Connection;

#[read_through(key = "a:{id}", ttl = 60, skip(db), each(id in ids))]
async fn connection(ids: &[u64], db: &mut Connection) -> HashMap<u64, String> {
    HashMap::new()
}

impl Connection {
    #[read_through(key = "b:{id}", ttl = 60, skip(self), each(id in ids))]
    async fn receiver(&mut self, ids: &[u64]) -> HashMap<u64, String> {
        HashMap::new()
    }
}

#[read_through(key = "c:{id}", ttl = 60, each(id in ids))]
async fn list(ids: &mut [u64]) -> HashMap<u64, String> {
    HashMap::new()
}

fn main() {}
