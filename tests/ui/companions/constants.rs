use cache_runtime::read_through;

#[read_through(key = "{id}:{fraction}", ttl = 60, jitter = fraction, version = id + 1)]
async fn get(id: u32, fraction: f64) -> f64 {
    f64::from(id) * fraction
}

fn main() {}
