use cache_runtime::read_through;

#[read_through(key = "user:{id}", ttl = 60)]
fn get_user(id: u64) -> impl Future<Output = String> {
    async move { id.to_string() }
}

async fn caller() {
    let _: String = get_user(7).await;
    let _ = get_user::invalidate(7).await;
}

fn main() {}
