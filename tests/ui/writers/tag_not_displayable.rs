use cache_runtime::invalidates;

struct Tenant;

#[invalidates(tag = "tenant:{tenant}")]
async fn rename(tenant: Tenant) {}

fn main() {}
