use cache_runtime::read_through;

#[read_through(key = "{name}", ttl = 60, blocking, refresh_ahead = 0.8)]
fn free(name: &str) -> String {
    name.to_owned()
}

fn main() {}
