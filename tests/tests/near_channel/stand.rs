//! A Redis that cannot track, and caches that keep what they read there.

use std::time::Duration;

use cache_runtime::{Cache, CacheBuilder, Coherence, Policy};
use cache_tests::{RedisServer, eventually};

pub(crate) const SOON: Duration = Duration::from_secs(10);
/// How long a feed is believed that nothing is heard of.
pub(crate) const SILENCE: Duration = Duration::from_millis(1100);
/// Far longer than any test takes: what is not told is not seen.
pub(crate) const LONG: Duration = Duration::from_secs(600);

/// Values that are kept in the process for as long as they live.
pub(crate) const KEPT: Policy = Policy::new(LONG).near(LONG);

/// A server of the time before tracking.
pub(crate) fn old_server() -> RedisServer {
    RedisServer::builder().setting("rename-command HELLO", "").start()
}

pub(crate) fn builder(url: &str) -> CacheBuilder {
    Cache::builder().url(url).namespace("shop").operation_timeout(Duration::from_secs(2))
}

pub(crate) fn cache(server: &RedisServer) -> Cache {
    cache_at(&server.url())
}

pub(crate) fn cache_at(url: &str) -> Cache {
    builder(url).build().unwrap()
}

/// Reads until the answer is kept in the process.
pub(crate) async fn warm(cache: &Cache, key: &str, value: u64) {
    eventually(SOON, "a near hit", || async {
        read(cache, key, value).await;
        is_near(cache, key).await
    })
    .await;
}

/// Whether a read is answered without asking Redis.
pub(crate) async fn is_near(cache: &Cache, key: &str) -> bool {
    let before = cache.stats().near_hits;
    read(cache, key, 0).await;
    cache.stats().near_hits > before
}

/// Reads, or loads `value`.
pub(crate) async fn read(cache: &Cache, key: &str, value: u64) -> u64 {
    cache.read_through(key, &KEPT, || async move { value }).await
}

pub(crate) async fn sees(cache: &Cache, key: &str, value: u64, what: &str) -> Duration {
    eventually(SOON, what, || async { read(cache, key, value).await == value }).await
}

pub(crate) async fn becomes(cache: &Cache, coherence: Coherence) {
    eventually(SOON, "the coherence", || async {
        read(cache, "any", 1).await;
        cache.stats().coherence == coherence
    })
    .await;
}

/// How often the server has done `command`, and how often it has refused to.
pub(crate) fn calls(server: &RedisServer, command: &str) -> (u64, u64) {
    let stats = server.command(&["INFO", "commandstats"]).text();
    let line = stats.lines().find(|line| line.starts_with(&format!("cmdstat_{command}:"))).unwrap_or_default();
    let count = |name: &str| {
        let field = line.split([':', ',']).find_map(|field| field.strip_prefix(name)?.strip_prefix('='));
        field.map_or(0, |count| count.parse().unwrap())
    };
    (count("calls"), count("rejected_calls"))
}
