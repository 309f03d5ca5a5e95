use cache_runtime::read_through;

use std::borrow::Cow;

struct Repo;

#[read_through(key = "{name}:{text}:{pair:?}:{title}", ttl = 60, blocking)]
fn free<'a>(name: &str, text: Cow<'a, str>, pair: Option<&u8>, title: &'static str) -> String {
    format!("{name}{text}{pair:?}{title}")
}

impl Repo {
    #[read_through(key = "{id}", ttl = 60, blocking, skip(self))]
    fn method(&self, id: u64) -> u64 {
        id
    }
}

async fn caller(repo: Repo) {
    let _: String = free("a", "b".into(), None, "c").await;
    let _: u64 = repo.method(7).await;
    let _ = repo.method_invalidate(7).await;
}

fn main() {}
