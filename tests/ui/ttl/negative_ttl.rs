use cache_runtime::read_through;

#[read_through(key = "user:{id}", ttl = 60, negative_ttl = "forever")]
async fn a(id: u64) -> Option<u64> {
    Some(id)
}

#[read_through(key = "user:{id}", ttl = 60, negative_ttl = |v: &u64| 5)]
async fn b(id: u64) -> Option<u64> {
    Some(id)
}

#[read_through(key = "user:{id}", ttl = 60, negative_ttl = 0)]
async fn c(id: u64) -> Option<u64> {
    Some(id)
}

fn main() {}
