use cache_runtime::read_through;

#[read_through(key = "user:{id}", ttl = 60, tags = ["tenant:{tenant}", "{id}"], skip(tenant))]
async fn a(id: u64, tenant: u64) -> u64 {
    id
}

#[read_through(key = "user:{id}", ttl = 60, tags = ["tenant:{tenant}", "{id}"], skip(tenant), companions = false)]
async fn b(id: u64, tenant: u64) -> u64 {
    id
}

fn main() {}
