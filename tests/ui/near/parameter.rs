use cache_runtime::read_through;

#[read_through(key = "user:{id}:{age:?}", ttl = 60, near = age)]
async fn get_user(id: u64, age: std::time::Duration) -> u64 {
    id
}

fn main() {}
