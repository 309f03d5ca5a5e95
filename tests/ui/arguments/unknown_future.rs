use cache_runtime::read_through;

#[read_through(key = "user:{id}", ttl = 60, coalesce = true)]
async fn get_user(id: u64) -> String {
    id.to_string()
}

fn main() {}
