use cache_runtime::read_through;

#[read_through(key = "{name}", ttl = 60)]
async fn a(name: &str) -> &str {
    name
}

#[read_through(key = "{id}", ttl = 60)]
async fn b(id: u64) -> Result<&'static str, std::fmt::Error> {
    Ok(if id == 0 { "a" } else { "b" })
}

async fn caller() -> Result<(), std::fmt::Error> {
    let _: &str = a("a").await;
    let _: &str = a::refresh("a").await;
    let _: &str = b(7).await?;
    let _ = b::invalidate(7).await;
    Ok(())
}

fn main() {}
