use cache_runtime::read_through;

#[read_through(key = "{a}%{b}", ttl = 60)]
async fn get(a: &str, b: &str) -> String {
    format!("{a}{b}")
}

fn main() {}
