//! A cache on one of the stores, whose entries can be made as old as a test likes, and an origin under the test's control.

use std::time::Duration;

use cache_runtime::{Cache, Key, Stats, with_cache};
use cache_tests::{RedisServer, eventually};
use tokio::time::advance;

pub(crate) use cache_tests::{Act, Origin, Sick};

/// The ttl of all entries here, unless a test is about another one.
pub(crate) const TTL: Duration = Duration::from_secs(60);
/// A pause of this length follows a failure, at most.
pub(crate) const BACKOFF: Duration = Duration::from_secs(1);
const PATIENCE: Duration = Duration::from_secs(20);

/// A cache on a store.
pub(crate) struct Stand {
    pub(crate) cache: Cache,
    pub(crate) origin: Origin,
    pub(crate) server: Option<RedisServer>,
}

impl Stand {
    /// In memory, on a clock that stands still.
    pub(crate) fn in_memory() -> Self {
        Self { cache: cache("memory://"), origin: Origin::default(), server: None }
    }

    pub(crate) fn on_redis() -> Self {
        let server = RedisServer::start();
        Self { cache: cache(&server.url()), origin: Origin::default(), server: Some(server) }
    }

    /// Another process with the same origin, as far as the store can tell.
    pub(crate) fn other_process(&self) -> Cache {
        cache(&self.server.as_ref().unwrap().url())
    }

    /// Makes the entry at `key`, which lives for `life` in all, `age` old. No time need pass for that on Redis.
    pub(crate) async fn age(&self, key: &Key, life: Duration, age: Duration) {
        match &self.server {
            None => advance(age).await,
            Some(server) if age < life => {
                let left = (life - age).as_millis().to_string();
                assert_eq!(server.command(&["PEXPIRE", key.as_str(), &left]).integer(), 1, "there is no entry");
            }
            Some(server) => assert_eq!(server.command(&["DEL", key.as_str()]).integer(), 1, "there is no entry"),
        }
    }

    /// Lets the longest rest that follows `failures` failures pass.
    pub(crate) async fn rest(&self, failures: u32) {
        let rest = BACKOFF * 2_u32.pow(failures - 1) + Duration::from_millis(10);
        match self.server {
            None => advance(rest).await,
            Some(_) => tokio::time::sleep(rest).await,
        }
    }

    /// Waits until the counters say so.
    pub(crate) async fn until(&self, what: &str, check: impl Fn(Stats) -> bool) {
        eventually(PATIENCE, what, async || check(self.cache.stats())).await;
    }

    /// Waits until the origin was asked this often.
    pub(crate) async fn until_asked(&self, times: usize) {
        eventually(PATIENCE, "the origin is asked", async || self.origin.asked() >= times).await;
        assert_eq!(self.origin.asked(), times);
    }

    /// Runs `future` with the cache.
    pub(crate) fn with<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        with_cache(self.cache.clone(), future)
    }
}

pub(crate) fn cache(url: &str) -> Cache {
    let builder = Cache::builder().url(url).operation_timeout(PATIENCE).backoff(BACKOFF);
    builder.build().unwrap()
}

/// Runs each scenario as a test in memory and as one on Redis.
macro_rules! on_both_stores {
    ($($scenario:ident)*) => {
        mod in_memory {
            $(#[tokio::test(start_paused = true)]
            async fn $scenario() {
                super::$scenario(crate::stand::Stand::in_memory()).await;
            })*
        }

        mod on_redis {
            $(#[tokio::test]
            async fn $scenario() {
                super::$scenario(crate::stand::Stand::on_redis()).await;
            })*
        }
    };
}

pub(crate) use on_both_stores;
