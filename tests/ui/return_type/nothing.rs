use cache_runtime::read_through;

#[read_through(key = "{id}", ttl = 60)]
async fn a(id: u64) {
    drop(id);
}

#[read_through(key = "{id}", ttl = 60)]
async fn b(id: u64) -> () {
    drop(id);
}

async fn caller() {
    a(7).await;
    a::refresh(7).await;
    let _ = b::invalidate(7).await;
}

fn main() {}
