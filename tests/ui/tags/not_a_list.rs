use cache_runtime::read_through;

#[read_through(key = "user:{id}", ttl = 60, tags = "tenant:{id}")]
async fn a(id: u64) -> u64 {
    id
}

#[read_through(key = "user:{id}", ttl = 60, tags = id)]
async fn b(id: u64) -> u64 {
    id
}

#[read_through(key = "user:{id}", ttl = 60, tags = ["a", id, 7])]
async fn c(id: u64) -> u64 {
    id
}

fn main() {}
