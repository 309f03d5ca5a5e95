//! A Redis, caches that keep what they read there, and a truth that they read.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use cache_runtime::{Cache, CacheBuilder, Coherence, Policy};
use cache_tests::{RedisServer, Reply, eventually};
use tokio::time::Instant;

/// For everything that must happen; a machine under load takes its time.
pub(crate) const SOON: Duration = Duration::from_secs(20);
/// So long that nothing is forgotten because its time is over.
pub(crate) const LONG: Duration = Duration::from_secs(600);
/// What was changed longer ago than this is not served, whatever has become of the connection.
pub(crate) const SILENCE: Duration = Duration::from_millis(1100);

/// Values that are kept in the process for as long as they live.
pub(crate) const KEPT: Policy = Policy::new(LONG).near(LONG);

/// A cache on `server`.
pub(crate) fn cache(server: &RedisServer) -> Cache {
    builder(&server.url()).build().unwrap()
}

/// One that keeps the values of every function.
pub(crate) fn keeping(server: &RedisServer) -> Cache {
    builder(&server.url()).near(LONG).build().unwrap()
}

pub(crate) fn builder(url: &str) -> CacheBuilder {
    Cache::builder().url(url).operation_timeout(SOON)
}

/// What is true outside of all caches.
#[derive(Clone, Debug, Default)]
pub(crate) struct Truth(Arc<AtomicU64>);

impl Truth {
    pub(crate) fn now(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }

    /// Something else is true from now on.
    pub(crate) fn next(&self) -> u64 {
        self.0.fetch_add(1, Ordering::SeqCst) + 1
    }
}

/// One answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen {
    pub(crate) value: u64,
    /// Whether it was kept in the process.
    pub(crate) is_near: bool,
    /// Before it was asked for.
    pub(crate) asked: Instant,
}

/// Reads, or loads `value`. Nobody else may read from `cache` meanwhile.
pub(crate) async fn look(cache: &Cache, key: &str, policy: &Policy, value: u64) -> Seen {
    let (asked, before) = (Instant::now(), cache.stats().near_hits);
    let value = cache.read_through(key, policy, || async move { value }).await;
    Seen { value, is_near: cache.stats().near_hits > before, asked }
}

/// Reads until the answer is kept in the process.
pub(crate) async fn warm(cache: &Cache, key: &str, value: u64) {
    eventually(SOON, "a near hit", || async {
        let seen = look(cache, key, &KEPT, value).await;
        assert_eq!(seen.value, value);
        seen.is_near
    })
    .await;
    assert_eq!(cache.stats().coherence, Coherence::Tracking);
}

/// Reads, or loads `value`.
pub(crate) async fn read(cache: &Cache, key: &str, value: u64) -> u64 {
    cache.read_through(key, &KEPT, || async move { value }).await
}

/// How many commands the caches have sent to `server`, signs of life apart.
pub(crate) fn commands(server: &RedisServer) -> u64 {
    // No `pttl`: it goes along with what is read, and in a cluster it is a sign of life.
    const OURS: [&str; 7] = ["get", "mget", "set", "del", "eval", "evalsha", "getrange"];
    let stats: String = server.everywhere(&["INFO", "commandstats"]).iter().map(Reply::text).collect();
    let calls = stats.lines().filter_map(|line| {
        let (command, numbers) = line.strip_prefix("cmdstat_")?.split_once(":calls=")?;
        let calls = numbers.split(',').next()?.parse::<u64>().ok()?;
        OURS.contains(&command).then_some(calls)
    });
    calls.sum()
}

/// The ids of the connections on which `server` tells of changes.
pub(crate) fn tracked(server: &RedisServer) -> Vec<String> {
    let clients: String = server.everywhere(&["CLIENT", "LIST"]).iter().map(Reply::text).collect();
    let field = |client: &str, name: &str| {
        client.split_whitespace().find_map(|field| field.strip_prefix(name).map(ToOwned::to_owned))
    };
    let is_tracked = |client: &&str| field(client, "flags=").is_some_and(|flags| flags.contains('t'));
    clients.lines().filter(is_tracked).filter_map(|client| field(client, "id=")).collect()
}
