use cache_runtime::read_through;

#[read_through(key = "user:{id}", ttl = 60, jitter = 1.5)]
async fn a(id: u64) -> u64 {
    id
}

#[read_through(key = "user:{id}", ttl = 60, jitter = -0.1)]
async fn b(id: u64) -> u64 {
    id
}

#[read_through(key = "user:{id}", ttl = 60, jitter = 10)]
async fn c(id: u64) -> u64 {
    id
}

fn main() {}
