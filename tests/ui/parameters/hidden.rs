use cache_runtime::read_through;

macro_rules! both {
    ($a:ident, $b:ident) => {
        ($a, $b)
    };
}

#[read_through(key = "{id}", ttl = 60)]
async fn get(id: u64, both!(a, b): (u64, u64)) -> u64 {
    id + a + b
}

fn main() {}
