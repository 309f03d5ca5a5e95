//! What is observed.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use cache_runtime::{Cache, CacheBuilder, read_through};

use crate::log;

/// What nobody but who debugs may see.
pub(crate) const SECRET: &str = "ada@example.com";

/// How a test's origin behaves.
#[derive(Default)]
pub(crate) struct Source {
    pub(crate) fails: AtomicBool,
}

impl Source {
    pub(crate) fn fail(&self, fails: bool) {
        self.fails.store(fails, Ordering::Relaxed);
    }

    fn ask(&self) -> Result<u64, String> {
        tracing::info!("asked");
        if self.fails.load(Ordering::Relaxed) { Err("out of order".to_owned()) } else { Ok(7) }
    }
}

#[read_through(key = "plain:{email}", ttl = 60, skip(source))]
pub(crate) async fn plain(source: &Source, email: &str) -> Result<u64, String> {
    source.ask()
}

#[read_through(key = "near:{email}", ttl = 60, near = true, skip(source))]
pub(crate) async fn near(source: &Source, email: &str) -> Result<u64, String> {
    source.ask()
}

#[read_through(key = "windows:{email}", ttl = 60, stale_while_revalidate = "60s", stale_if_error = "1h")]
pub(crate) async fn windows(email: String) -> Result<u64, String> {
    tracing::info!("asked");
    Ok(email.len() as u64)
}

#[read_through(key = "kept:{email}", ttl = 60, stale_if_error = "1h", skip(source))]
pub(crate) async fn kept(source: &Source, email: &str) -> Result<u64, String> {
    source.ask()
}

#[read_through(key = "maybe:{id}", ttl = 60, negative_ttl = "10s")]
pub(crate) async fn maybe(id: u64) -> Option<u64> {
    (id == 1).then_some(id)
}

#[read_through(key = "each:{id}", ttl = 60, each(id in ids))]
pub(crate) async fn many(ids: &[u64]) -> Vec<(u64, u64)> {
    tracing::info!("asked");
    ids.iter().map(|&id| (id, id)).collect()
}

#[read_through(key = "slow:{id}", ttl = 60)]
pub(crate) async fn slow(id: u64) -> u64 {
    tokio::time::sleep(Duration::from_millis(100)).await;
    id
}

/// A cache that is begun as each is here.
pub(crate) fn builder() -> CacheBuilder {
    log::ask_each_time();
    Cache::builder()
}

/// A cache with a name of its own: those of one name share their gauges.
pub(crate) fn memory() -> Cache {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let name = format!("shop-{}", NEXT.fetch_add(1, Ordering::Relaxed));
    builder().url("memory://").namespace(name).build().unwrap()
}

/// The name under which a function of this file is told of.
pub(crate) fn name(function: &str) -> String {
    format!("{}::{function}", module_path!())
}
