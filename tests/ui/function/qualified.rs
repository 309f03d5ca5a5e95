use cache_runtime::read_through;

#[read_through(key = "{id}", ttl = 60, blocking)]
const fn a(id: u64) -> u64 {
    id
}

#[read_through(key = "{id}", ttl = 60)]
async unsafe fn b(id: u64) -> u64 {
    id
}

#[read_through(key = "{id}", ttl = 60, blocking)]
extern "C" fn c(id: u64) -> u64 {
    id
}

fn main() {}
