//! A cluster, caches on it, and keys of which it is known where they are.

use std::time::Duration;

use cache_runtime::{Cache, CacheBuilder, Policy, Stats};
use cache_tests::RedisCluster;

/// For everything that must happen; a machine under load takes its time.
pub(crate) const SOON: Duration = Duration::from_secs(30);
/// So long that nothing is forgotten because its time is over.
pub(crate) const LONG: Duration = Duration::from_secs(600);

pub(crate) const POLICY: Policy = Policy::new(LONG);
/// Values that are kept in the process for as long as they live.
pub(crate) const KEPT: Policy = Policy::new(LONG).near(LONG);

pub(crate) fn cache(cluster: &RedisCluster) -> Cache {
    builder(cluster).build().unwrap()
}

pub(crate) fn builder(cluster: &RedisCluster) -> CacheBuilder {
    Cache::builder().url(cluster.url()).operation_timeout(SOON)
}

/// Reads, or loads `value`.
pub(crate) async fn read(cache: &Cache, key: &str, value: u64) -> u64 {
    cache.read_through(key, &POLICY, || async move { value }).await
}

/// Whether it is answered without its load.
pub(crate) async fn is_hit(cache: &Cache, key: &str) -> bool {
    let before = cache.stats().loads;
    read(cache, key, 0).await;
    cache.stats().loads == before
}

/// How many calls have noticed that something is wrong with the store.
pub(crate) fn troubles(stats: Stats) -> u64 {
    stats.failed_open + stats.fill_failures + stats.invalidation_failures
}

/// Some keys that the primary with the slots of the given share has, out of three; in the middle of it, so that all that
/// belongs to them is there as well.
pub(crate) fn keys_of(cluster: &RedisCluster, share: u16, count: usize) -> Vec<String> {
    let slots = share * 5462 + 1000..share * 5462 + 4000;
    let keys = (0..).map(|number| format!("key:{number}"));
    keys.filter(|key| slots.contains(&cluster.slot_of(key))).take(count).collect()
}
