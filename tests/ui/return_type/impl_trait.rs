use cache_runtime::read_through;

#[read_through(key = "{id}", ttl = 60)]
async fn a(id: u64) -> impl std::fmt::Display {
    id
}

#[read_through(key = "{id}", ttl = 60)]
fn b(id: u64) -> impl Future<Output = u64> {
    async move { id }
}

#[read_through(key = "{id}", ttl = 60)]
async fn c(id: u64) -> Option<impl Clone> {
    Some(id)
}

async fn caller() {
    println!("{}{}", a(7).await, a::refresh(7).await);
    let _: u64 = b(7).await;
    let _ = c::invalidate(7).await;
}

fn main() {}
