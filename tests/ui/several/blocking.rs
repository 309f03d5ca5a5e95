use cache_runtime::read_through;

#[read_through(key = "{name}", blocking, ttl = "", version = 1.0)]
fn report(name: &str) -> String {
    name.to_owned()
}

async fn caller() {
    let _: String = report("a").await;
    let _: String = report::refresh("a").await;
}

fn main() {}
