use cache_runtime::read_through;

type Res<T> = Result<T, String>;

struct Repo;

impl Repo {
    #[read_through(key = "{id}", ttl = 60, cache_if = |value| *value > 0, skip(self))]
    async fn get(&self, id: u64) -> Res<u64> {
        Ok(id)
    }
}

async fn caller(repo: Repo) {
    let _: Res<u64> = repo.get(7).await;
    let _ = repo.get_invalidate(7).await;
}

fn main() {}
