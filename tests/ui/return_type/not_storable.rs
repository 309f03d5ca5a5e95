use cache_runtime::read_through;

#[derive(Clone, serde::Serialize)]
struct User {
    name: String,
}

#[read_through(key = "{id}", ttl = 60)]
async fn get_user(id: u64) -> Result<User, String> {
    Ok(User { name: id.to_string() })
}

fn main() {}
