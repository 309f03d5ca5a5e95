//! The handle.

use std::fmt;
use std::sync::Arc;

use super::builder::CacheBuilder;
use super::env;
use crate::engine::Engine;
use crate::error::Error;
use crate::key::{IntoKey, Key};
use crate::observe::Stats;
use crate::policy::Policy;
use crate::value::Encoding;

/// A cache: a handle, cheap to clone, to share and to keep.
///
/// Clones are one cache. Caches built separately behave to each other as if they were in separate processes, even on the
/// same server and namespace.
#[derive(Clone)]
pub struct Cache {
    engine: Arc<Engine>,
}

impl Cache {
    /// A builder with every setting at its default.
    #[must_use]
    pub fn builder() -> CacheBuilder {
        CacheBuilder::new()
    }

    /// A cache as the environment says:
    ///
    /// | variable | example | meaning |
    /// |---|---|---|
    /// | `REDIS_URL` | `redis://localhost:6379` | where the store is; absent: `memory://`, told once at `info` |
    /// | `CACHE_NAMESPACE` | `shop` | prefix of every key |
    /// | `CACHE_CODEC` | `bincode`, `json`, `msgpack` | the default codec |
    /// | `CACHE_OPERATION_TIMEOUT` | `100ms` | the longest wait for the store in one call |
    /// | `CACHE_NEAR` | `5s`, `off` | how long decoded values are kept in this process, 20 ms or longer; absent or `off`: they are not |
    /// | `CACHE_NEAR_CAPACITY` | `67108864` | bytes that values may take in this process |
    /// | `CACHE_NEAR_FEED` | `auto`, `channel`, `tracking` | what keeps those true; no effect on `memory://` |
    /// | `CACHE_MAX_VALUE_BYTES` | `16777216` | the largest value that is stored |
    /// | `CACHE_BACKOFF` | `1s` | how long an origin that failed is left alone |
    /// | `CACHE_BACKGROUND_LOADS` | `64` | how many loads may run in the background |
    /// | `CACHE_BACKGROUND_TIMEOUT` | `60s` | how long each of them may take |
    ///
    /// What is empty is absent. Names such as `json`, `auto` and `off` may be in capitals.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config), naming every variable that cannot be understood.
    pub fn from_env() -> Result<Self, Error> {
        env::cache()
    }

    /// A cache that caches nothing.
    pub(crate) fn disabled() -> Self {
        CacheBuilder::disabled()
    }

    pub(super) fn from_engine(engine: Engine) -> Self {
        let engine = Arc::new(engine);
        #[cfg(feature = "metrics")]
        engine.report_now_and_then();
        Self { engine }
    }

    /// The stored key of an entry that is named by hand: `text` behind the namespace.
    ///
    /// `text` is taken as it is, but for `%~` (see [`IntoKey`]). Escape what comes from users (or let an attribute do it), lest two of them share a key.
    #[must_use]
    pub fn key(&self, text: &str) -> Key {
        text.to_key(self.namespace())
    }

    /// Asks the store for a sign of life: for readiness probes.
    ///
    /// # Errors
    ///
    /// What a call would be told just now: the store is out of reach, did not answer within the operation timeout, or
    /// refused.
    pub async fn ping(&self) -> Result<(), Error> {
        self.engine.store().ping(self.engine.settings.operation_timeout).await
    }

    /// What this cache has done so far, and what it holds, in this process.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.engine.stats()
    }

    /// What each annotated function has done so far in this cache, by its name: the path of its module and its own, and of a
    /// method the type between them. Those that were not called are left out; what was done by hand stands under `by hand`.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// use cache_runtime::{Cache, read_through, with_cache};
    ///
    /// #[read_through(key = "square:{n}", ttl = 60)]
    /// async fn square(n: u64) -> u64 { n * n }
    ///
    /// let cache = Cache::builder().url("memory://").build()?;
    /// with_cache(cache.clone(), async { square(7).await + square(7).await }).await;
    /// for (function, stats) in cache.stats_by_function() {
    ///     assert!(function.ends_with("::square"));
    ///     assert_eq!((stats.loads, stats.hits), (1, 1));
    /// }
    /// # Ok::<_, cache_runtime::Error>(()) }).unwrap();
    /// ```
    #[must_use]
    pub fn stats_by_function(&self) -> Vec<(&'static str, Stats)> {
        let mut named: Vec<_> =
            self.engine.stats_by_function().into_iter().map(|(spec, stats)| (spec.name(), stats)).collect();
        named.sort_by_key(|(name, _)| *name);
        named
    }

    /// Brings the recorder of the [`metrics`] facade up to date: to be called before what it has recorded is exported, such
    /// as in the handler of `/metrics`. Otherwise that is done every five seconds while the cache is used, by
    /// [`shutdown`](Self::shutdown), and when the last handle is dropped. Needs the feature `metrics`.
    ///
    /// All have the label `cache`, which is the namespace: caches of one namespace add to the same series, and
    /// `cache_breaker_open` is 1 where it is of any of them. Counters, and histograms in seconds, have the label `function`, the
    /// path of the module and the name, for a method with its type, `shop::Repo::find`; there are no keys in labels.
    ///
    /// | counter | label | |
    /// |---|---|---|
    /// | `cache_lookups_total` | `outcome`: `near_hit`, `hit`, `absent_hit`, `stale_hit`, `held_off`, `miss`, `failed_open`, `bypassed`, `refreshed` | what calls found |
    /// | `cache_loads_total` | `result`: `ok`, `error` | runs of the origin, once for each key |
    /// | `cache_stale_served_total` | `reason`: `revalidating`, `error`, `slow` | answers past their ttl |
    /// | `cache_reloads_total` | `result`: `ok`, `error`, `left`, `skipped` | loads in the background |
    /// | `cache_fills_total` | `result`: `stored`, `refused`, `failed` | loaded values |
    /// | `cache_invalidations_total` | `result`: `ok`, `error` | |
    /// | `cache_waits_total`, `cache_coalesced_total`, `cache_mismatches_total`, `cache_too_large_total` | | as in [`Stats`] |
    ///
    /// | histogram | | gauge | |
    /// |---|---|---|---|
    /// | `cache_hit_seconds` | answers from the store | `cache_breaker_open` | 1: the store is out of reach |
    /// | `cache_load_seconds` | the origin | `cache_near_entries`, `cache_near_bytes` | kept in this process |
    /// | `cache_wait_seconds` | waiting for what another caller loads | `cache_in_flight`, `cache_background_loads` | loads just now |
    /// | `cache_store_seconds` | `operation`s of the store, of all functions | `cache_quarantined` | invalidations that have failed |
    ///
    /// The times are counted in buckets, and off by a sixteenth at most.
    ///
    /// ```
    /// # let render = String::new;
    /// // in a handler, with the exporter of your choice
    /// cache_runtime::global().report_metrics();
    /// let body: String = render();
    /// ```
    #[cfg(feature = "metrics")]
    pub fn report_metrics(&self) {
        self.engine.report();
    }

    /// Waits for what the cache does in the background and closes its connections. A later use connects again.
    ///
    /// Reloads that are running get five seconds to end and are stopped then. Invalidations that have not gone through are
    /// tried once more.
    pub async fn shutdown(&self) {
        self.engine.finish().await;
        if let Err(error) = self.engine.store().close().await {
            tracing::warn!(target: "cache_runtime", error = %error.in_full(), "the store did not close cleanly");
        }
    }

    pub(crate) fn engine(&self) -> &Arc<Engine> {
        &self.engine
    }

    pub(crate) fn namespace(&self) -> &str {
        &self.engine.settings.namespace
    }

    /// How a value under `policy` is written.
    pub(crate) fn encoding(&self, policy: &Policy) -> Encoding {
        Encoding {
            codec: policy.chosen_codec().or(self.engine.settings.default_codec),
            version: policy.chosen_version(),
        }
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache").field("namespace", &self.namespace()).field("store", &self.engine.store()).finish()
    }
}
