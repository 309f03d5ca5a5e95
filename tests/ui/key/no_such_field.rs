use cache_runtime::read_through;

struct User {
    id: u64,
}

#[read_through(key = "user:{user.idd}", ttl = 60)]
async fn get(user: &User) -> u64 {
    user.id
}

fn main() {}
