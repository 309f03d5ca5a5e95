//! A Redis, and caches that keep what they read there.

use std::time::Duration;

use cache_runtime::{Cache, Coherence, Policy};
use cache_tests::{RedisServer, eventually};

pub(crate) const SOON: Duration = Duration::from_secs(10);

/// Values that are kept in the process for as long as they live.
pub(crate) const KEPT: Policy = Policy::new(Duration::from_secs(600)).near(Duration::from_secs(600));

/// A cache on `server`.
pub(crate) fn cache(server: &RedisServer) -> Cache {
    cache_at(&server.url())
}

pub(crate) fn cache_at(url: &str) -> Cache {
    Cache::builder().url(url).operation_timeout(Duration::from_secs(2)).build().unwrap()
}

/// Reads until the answer is kept in the process.
pub(crate) async fn warm(cache: &Cache, key: &str, value: u64) {
    eventually(SOON, "a near hit", || async {
        let before = cache.stats().near_hits;
        read(cache, key, value).await;
        cache.stats().near_hits > before
    })
    .await;
    assert_eq!(cache.stats().coherence, Coherence::Tracking);
}

/// Reads, or loads `value`.
pub(crate) async fn read(cache: &Cache, key: &str, value: u64) -> u64 {
    cache.read_through(key, &KEPT, || async move { value }).await
}
