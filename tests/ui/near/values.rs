use cache_runtime::read_through;

#[read_through(key = "user:{id}", ttl = 60, near = 0)]
async fn a(id: u64) -> u64 {
    id
}

#[read_through(key = "user:{id}", ttl = 60, near = "0s")]
async fn b(id: u64) -> u64 {
    id
}

#[read_through(key = "user:{id}", ttl = 60, near = -5)]
async fn c(id: u64) -> u64 {
    id
}

#[read_through(key = "user:{id}", ttl = 60, near = 0.5)]
async fn d(id: u64) -> u64 {
    id
}

#[read_through(key = "user:{id}", ttl = 60, near = |v: &u64| 5)]
async fn e(id: u64) -> u64 {
    id
}

#[read_through(key = "user:{id}", ttl = 60, near = "forever")]
async fn f(id: u64) -> u64 {
    id
}

#[read_through(key = "user:{id}", ttl = 60, near = "5 sec")]
async fn g(id: u64) -> u64 {
    id
}

#[read_through(key = "user:{id}", ttl = 60, near = "6000w")]
async fn h(id: u64) -> u64 {
    id
}

#[read_through(key = "user:{id}", ttl = 60, near = "19ms")]
async fn i(id: u64) -> u64 {
    id
}

fn main() {}
