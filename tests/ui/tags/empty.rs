use cache_runtime::read_through;

#[read_through(key = "user:{id}", ttl = 60, tags = [""])]
async fn a(id: u64) -> u64 {
    id
}

fn main() {}
