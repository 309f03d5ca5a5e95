use cache_runtime::read_through;

#[read_through(key = "user:{id}", ttl = 60, group = "users")]
async fn get_user(id: u64) -> String {
    id.to_string()
}

async fn caller() -> Result<(), cache_runtime::Error> {
    let name: String = get_user(7).await;
    get_user::invalidate(7).await?;
    get_user::put(7, &name).await?;
    let _: Option<String> = get_user::peek(7).await;
    let _: String = get_user::refresh(7).await;
    let _: String = get_user::origin(7).await;
    println!("{}", get_user::key(7));
    Ok(())
}

fn main() {}
