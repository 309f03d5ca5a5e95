use cache_runtime::read_through;

#[read_through(key = "user:{id}", ttl = 60)]
async fn get_users() -> String {
    String::new()
}

fn main() {}
