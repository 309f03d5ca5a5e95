//! A Redis, a cache there, and answers that were kept in the process.

use ::std::cell::RefCell;
use ::std::time::Duration;

use cache_runtime::{Cache, CacheBuilder, with_cache};
use cache_tests::{RedisServer, eventually};

const SOON: Duration = Duration::from_secs(10);

/// A server, and a cache on it.
pub(super) struct Stand {
    server: RedisServer,
    pub(super) cache: Cache,
}

impl Stand {
    pub(super) fn new() -> Self {
        Self::with(|builder| builder)
    }

    /// One with further settings.
    pub(super) fn with(settings: impl FnOnce(CacheBuilder) -> CacheBuilder) -> Self {
        let server = RedisServer::start();
        let builder = Cache::builder().url(server.url()).operation_timeout(Duration::from_secs(5));
        let cache = settings(builder).build().unwrap();
        Self { server, cache }
    }

    /// Calls until two answers in a row were kept in the process, and returns them.
    ///
    /// The entry is the same for both: a cache that had to read again in between, as one does where the machine stood still
    /// for a second, would have had no hit.
    pub(super) async fn near<T>(&self, call: impl AsyncFn() -> T) -> [T; 2] {
        let (answers, call) = (RefCell::new(None), &call);
        eventually(SOON, "two near hits in a row", || async {
            let before = self.cache.stats().near_hits;
            answers.replace(Some(self.on(async { [call().await, call().await] }).await));
            self.cache.stats().near_hits == before + 2
        })
        .await;
        answers.into_inner().unwrap()
    }

    /// Calls until Redis was not asked for the answer, and returns that.
    pub(super) async fn unasked<T>(&self, call: impl AsyncFn() -> T) -> T {
        let (answer, call) = (RefCell::new(None), &call);
        eventually(SOON, "an answer for which Redis is not asked", || async {
            let before = self.questions();
            answer.replace(Some(self.on(call()).await));
            self.questions() == before
        })
        .await;
        answer.into_inner().unwrap()
    }

    /// Waits until `check` holds after a call.
    pub(super) async fn until<T>(&self, what: &str, call: impl AsyncFn() -> T, check: impl Fn(T) -> bool) {
        let (call, check) = (&call, &check);
        eventually(SOON, what, || async move { check(self.on(call()).await) }).await;
    }

    /// Runs `future` on the cache.
    pub(super) async fn on<F: Future>(&self, future: F) -> F::Output {
        with_cache(self.cache.clone(), future).await
    }

    /// How often Redis was asked for something.
    fn questions(&self) -> u64 {
        let told = self.server.command(&["INFO", "commandstats"]).text();
        let calls = |name: &str| {
            let line = told.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(":calls="));
            line.and_then(|line| line.split(',').next()?.parse().ok()).unwrap_or(0)
        };
        ["cmdstat_get", "cmdstat_mget", "cmdstat_pttl"].into_iter().map(calls).sum::<u64>()
    }
}
