use cache_runtime::read_through;

trait Find {
    #[read_through(key = "{id}", ttl = 60, skip(self))]
    async fn find(&self, id: u64) -> u64;
}

struct Repo;

impl Find for Repo {
    async fn find(&self, id: u64) -> u64 {
        id
    }
}

async fn caller() {
    let _: u64 = Repo.find(7).await;
}

fn main() {}
