use std::collections::HashMap;

use cache_runtime::read_through;

struct Token;

#[read_through(key = "a:{id}", ttl = 60, skip(token), each(id in ids))]
async fn with_a_token(ids: &[u64], token: Token) -> HashMap<u64, String> {
    HashMap::new()
}

fn main() {}
