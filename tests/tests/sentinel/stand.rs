//! Caches on a master that sentinels name.

use std::time::Duration;

use cache_runtime::{Cache, Coherence, Policy};
use cache_tests::{RedisServer, Sentinels, eventually};

/// For everything that must happen; a machine under load takes its time.
pub(crate) const SOON: Duration = Duration::from_secs(30);
/// How long after it was found a new master may be in use, in everything.
pub(crate) const SECONDS: Duration = Duration::from_secs(8);
const LONG: Duration = Duration::from_secs(600);

pub(crate) const STORED: Policy = Policy::new(LONG);
pub(crate) const KEPT: Policy = Policy::new(LONG).near(LONG);

pub(crate) fn cache(url: &str) -> Cache {
    Cache::builder().url(url).operation_timeout(Duration::from_secs(1)).build().unwrap()
}

/// How many connections of the code under test a server has.
pub(crate) fn connections(server: &RedisServer) -> usize {
    let clients = server.command(&["CLIENT", "LIST"]).text();
    clients.lines().filter(|client| client.contains("user=cache ")).count()
}

/// Returns when nobody is at any other server than the master, where `caches` are.
pub(crate) async fn are_all_at_the_master(sentinels: &Sentinels, caches: usize) {
    eventually(SOON, "all connections lead to the new master", async || {
        // Asked again each time: a failover that was slow may have been begun twice.
        let master = sentinels.master();
        let mut others = sentinels.servers().iter().filter(|server| server.port() != master.port());
        connections(master) >= caches && others.all(|server| connections(server) == 0)
    })
    .await;
}

pub(crate) async fn read(cache: &Cache, key: &str, policy: &Policy, value: u64) -> u64 {
    cache.read_through(key, policy, || async move { value }).await
}

/// Reads until it is a hit.
pub(crate) async fn hits(cache: &Cache, key: &str) {
    eventually(SECONDS, "a hit", async || {
        let before = cache.stats().hits;
        read(cache, key, &STORED, 1).await;
        cache.stats().hits > before
    })
    .await;
}

/// Reads until the answer is kept in the process.
pub(crate) async fn keeps(cache: &Cache, key: &str, value: u64) {
    eventually(SOON, "a near hit", async || {
        let before = cache.stats().near_hits;
        assert_eq!(read(cache, key, &KEPT, value).await, value);
        cache.stats().near_hits > before
    })
    .await;
    assert_eq!(cache.stats().coherence, Coherence::Tracking);
}
