use cache_runtime::read_through;

#[read_through(key = "{id}", ttl = 60)]
async fn serve(id: u64) -> ! {
    panic!("{id}")
}

async fn caller() {
    serve(7).await
}

fn main() {}
