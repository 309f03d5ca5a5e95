use cache_runtime::read_through;

use std::borrow::Cow;
use std::sync::Arc;

struct Repo;

#[read_through(key = "{name}:{text}:{title}:{shared}", ttl = 60, stale_while_revalidate = "30s")]
async fn free(name: &str, text: Cow<'_, str>, title: &'static str, shared: Arc<str>) -> String {
    format!("{name}{text}{title}{shared}")
}

#[read_through(key = "{id}", ttl = 60, stale_if_error = "1h", skip(_db))]
async fn waited_for(_db: &Repo, id: &str) -> Result<String, String> {
    Ok(id.to_owned())
}

impl Repo {
    #[read_through(key = "{id}", ttl = 60, refresh_ahead = 0.8, skip(self))]
    async fn method(&self, id: u64) -> u64 {
        id
    }

    #[read_through(key = "{id}", ttl = 60, soft_timeout = 1, stale_if_error = 60, skip(self))]
    async fn boxed(self: Arc<Self>, id: u64) -> Result<u64, String> {
        Ok(id)
    }
}

async fn caller(repo: Repo) {
    let _: String = free("a", "b".into(), "c", "d".into()).await;
    let _: u64 = repo.method(7).await;
    let _ = repo.method_invalidate(7).await;
}

fn main() {}
