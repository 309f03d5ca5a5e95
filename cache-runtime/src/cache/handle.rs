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
        Self { engine: Arc::new(engine) }
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
