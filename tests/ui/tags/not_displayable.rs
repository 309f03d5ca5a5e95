use cache_runtime::read_through;

struct Tenant;

#[read_through(key = "user:{id}", ttl = 60, tags = ["all", "tenant:{tenant}"], skip(tenant), companions = false)]
async fn a(id: u64, tenant: Tenant) -> u64 {
    id
}

fn main() {}
