use cache_runtime::read_through;

#[read_through(key = "{id}:", ttl = 60, ttl = 70)]
unsafe fn get(id: u64, (a, b): (u64, u64)) -> &'static u64 {
    Box::leak(Box::new(id + a + b))
}

fn main() {}
