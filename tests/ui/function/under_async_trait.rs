use cache_runtime::read_through;

#[async_trait::async_trait]
trait Find {
    async fn find(&self, id: u64) -> u64;
}

struct Repo;

#[async_trait::async_trait]
impl Find for Repo {
    #[read_through(key = "{id}", ttl = 60, skip(self))]
    async fn find(&self, id: u64) -> u64 {
        id
    }
}

fn main() {}
