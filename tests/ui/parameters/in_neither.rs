use cache_runtime::read_through;

#[read_through(key = "user:{id}", ttl = 60)]
async fn get_user(id: u64, tenant: &str) -> String {
    format!("{id}{tenant}")
}

async fn caller() {
    let _: String = get_user(7, "a").await;
    let _ = get_user::invalidate(7, "t").await;
    let _: String = get_user::refresh(7, "a").await;
}

fn main() {}
