use cache_runtime::read_through;

const NEAR: u64 = 5;

#[read_through(key = "user:{id}", ttl = 60, near = NEAR)]
async fn get_user(id: u64) -> u64 {
    id
}

fn main() {}
