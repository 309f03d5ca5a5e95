use cache_runtime::read_through;

struct Repo {
    tenant: u64,
}

impl Repo {
    #[read_through(key = "user:{id}", ttl = 60)]
    async fn by_key(&self, id: u64) -> String {
        format!("{id}{}", self.tenant)
    }

    #[read_through(ttl = 60)]
    async fn by_default(&self, id: u64) -> String {
        format!("{id}{}", self.tenant)
    }
}

async fn caller(repo: Repo) {
    let _: String = repo.by_key(7).await;
    let _ = repo.by_key_invalidate(7).await;
    let _: String = repo.by_default_refresh(7).await;
}

fn main() {}
