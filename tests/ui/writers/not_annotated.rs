use cache_runtime::invalidates;

#[invalidates(list(id))]
async fn rename(id: u64) {}

async fn list(_tenant: u64) {}

fn main() {}
