//! Around the end of a ttl: an old value is served out of the process, and one reload brings the new one.

use cache_runtime::{Cache, read_through, refreshing, with_cache};
use cache_tests::{Act, Origin, RedisServer, Sick, eventually};
use futures_util::future::join_all;

use crate::stand::{SOON, keeping, warm};

#[read_through(key = "entry", ttl = "200ms", stale_while_revalidate = "1h", skip(origin))]
async fn stale(origin: Origin) -> Result<usize, Sick> {
    origin.value().await
}

#[read_through(key = "entry", ttl = "1h", refresh_ahead = 0.00005, skip(origin))]
async fn ahead(origin: Origin) -> Result<usize, Sick> {
    origin.value().await
}

#[read_through(key = "entry", ttl = "200ms", stale_if_error = "1h", skip(origin))]
async fn retained(origin: Origin) -> Result<usize, Sick> {
    origin.value().await
}

#[read_through(key = "entry", ttl = "200ms", stale_if_error = "1h", soft_timeout = "30ms", skip(origin))]
async fn slow(origin: Origin) -> Result<usize, Sick> {
    origin.value().await
}

struct Stand {
    server: RedisServer,
    cache: Cache,
    origin: Origin,
}

impl Stand {
    /// Redis tells of changes, and nothing is stored.
    async fn new() -> Self {
        Self::on(RedisServer::start()).await
    }

    async fn on(server: RedisServer) -> Self {
        let cache = keeping(&server);
        warm(&cache, "other", 1).await;
        Self { server, cache, origin: Origin::default() }
    }

    /// Calls twice: the first call loads, and what the second one finds in Redis is kept. From then on the origin does not
    /// answer.
    async fn keep<F: Future<Output = Result<usize, Sick>>>(&self, call: impl Fn(Origin) -> F) {
        assert_eq!(self.call(&call).await, Ok(1));
        self.origin.hold();
        assert_eq!(self.call(&call).await, Ok(1));
        assert_eq!(self.cache.stats().near_entries, 2);
    }

    async fn call<F: Future<Output = Result<usize, Sick>>>(&self, call: impl Fn(Origin) -> F) -> Result<usize, Sick> {
        with_cache(self.cache.clone(), call(self.origin.clone())).await
    }

    async fn reloaded(&self) {
        self.origin.release();
        eventually(SOON, "the reload is done", async || self.cache.stats().reloads == 1).await;
    }
}

/// How many entries the server was asked for.
fn reads(server: &RedisServer) -> u64 {
    let stats = server.command(&["INFO", "commandstats"]).text();
    let calls =
        stats.lines().find_map(|line| line.strip_prefix("cmdstat_mget:calls=")?.split(',').next()?.parse().ok());
    calls.unwrap_or_default()
}

/// Callers come all the time; Redis is asked for the entry by the reload only.
async fn served_old_while_reloading<F: Future<Output = Result<usize, Sick>>>(call: impl Fn(Origin) -> F) {
    // On a cluster, each part of a read counts by itself.
    let stand = Stand::on(RedisServer::single()).await;
    let before = reads(&stand.server);
    stand.keep(&call).await;
    eventually(SOON, "it is old", async || {
        assert_eq!(stand.call(&call).await, Ok(1));
        stand.origin.asked() == 2
    })
    .await;
    for _ in 0..20 {
        let answers = join_all((0..10).map(|_| stand.call(&call))).await;
        assert!(answers.iter().all(|answer| *answer == Ok(1)), "{answers:?}");
    }
    assert_eq!(stand.origin.asked(), 2);
    // The load, the look at what it has stored, and that of the reload.
    assert_eq!(reads(&stand.server) - before, 3);
    stand.reloaded().await;
    eventually(SOON, "the new value", async || stand.call(&call).await == Ok(2)).await;
}

#[tokio::test]
async fn a_stale_value_is_served_out_of_the_process_while_one_reload_runs() {
    served_old_while_reloading(stale).await;
}

#[tokio::test]
async fn so_is_one_that_is_reloaded_ahead() {
    served_old_while_reloading(ahead).await;
}

#[tokio::test]
async fn what_a_reload_has_brought_is_served_at_once() {
    for call in 0..5 {
        let stand = Stand::new().await;
        stand.keep(stale).await;
        eventually(SOON, "it is old", async || {
            assert_eq!(stand.call(stale).await, Ok(1));
            stand.origin.asked() == 2
        })
        .await;
        stand.reloaded().await;
        assert_eq!(stand.call(stale).await, Ok(2), "call {call}");
    }
}

#[tokio::test]
async fn a_reload_elsewhere_is_seen() {
    let stand = Stand::new().await;
    stand.keep(ahead).await;
    stand.origin.release();
    let elsewhere = with_cache(keeping(&stand.server), refreshing(ahead(stand.origin.clone())));
    let new = elsewhere.await.unwrap();
    assert!(new >= 2);
    eventually(SOON, "the new value", async || stand.call(ahead).await.unwrap() >= new).await;
}

#[tokio::test]
async fn a_value_past_its_windows_is_no_answer_unless_the_origin_fails() {
    let stand = Stand::new().await;
    assert_eq!(stand.call(retained).await, Ok(1));
    stand.origin.will(Act::Fail);
    eventually(SOON, "it is old, and the origin has failed", async || {
        assert_eq!(stand.call(retained).await, Ok(1));
        stand.cache.stats().stale_if_error > 0
    })
    .await;
    stand.origin.will(Act::Answer);
    eventually(SOON, "the origin is asked again", async || stand.call(retained).await.unwrap() > 1).await;
    let stats = stand.cache.stats();
    assert_eq!((stats.stale_hits, stats.reloads, stats.reload_failures), (0, 0, 0), "nobody has waited for the origin");
}

#[tokio::test]
async fn a_caller_with_an_old_value_waits_only_so_long() {
    let stand = Stand::new().await;
    stand.keep(slow).await;
    eventually(SOON, "it is old, and the origin slow", async || {
        assert_eq!(stand.call(slow).await, Ok(1));
        stand.cache.stats().stale_if_slow > 0
    })
    .await;
    assert_eq!(stand.origin.asked(), 2);
    stand.reloaded().await;
    assert!(stand.call(slow).await.unwrap() >= 2);
}
