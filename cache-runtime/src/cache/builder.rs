//! Building a cache: settings are data, checked once. The only place that sees ports and backends together.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::handle::Cache;
use crate::backend::{Endpoint, MemoryStore, RedisStore};
use crate::engine::{Engine, Settings};
use crate::error::{Error, ErrorKind};
use crate::store::Store;
use crate::value::Codec;

const MEMORY: &str = "memory://";

/// The settings of a cache to be.
///
/// ```
/// use std::time::Duration;
/// use cache_runtime::Cache;
///
/// let cache = Cache::builder()
///     .url("redis://localhost:6379")
///     .namespace("shop")
///     .operation_timeout(Duration::from_millis(50))
///     .build()?; // connects when it is first used: Redis may be down
/// # Ok::<_, cache_runtime::Error>(())
/// ```
#[derive(Clone)]
pub struct CacheBuilder {
    url: String,
    namespace: String,
    default_codec: Option<Codec>,
    near_capacity: u64,
    operation_timeout: Duration,
    max_value_bytes: usize,
}

impl CacheBuilder {
    pub(super) fn new() -> Self {
        Self {
            url: MEMORY.to_owned(),
            namespace: String::new(),
            default_codec: Codec::DEFAULT,
            near_capacity: 64 << 20,
            operation_timeout: Duration::from_millis(100),
            max_value_bytes: 16 << 20,
        }
    }

    /// Where the store is. Default: `memory://`, a bounded store in this process.
    ///
    /// `redis://[user:password@]host[:port][/db]`, `rediss://..` for TLS (feature `tls`), or `unix:///path/to/socket`.
    #[must_use]
    pub fn url(mut self, url: impl Into<String>) -> Self {
        self.url = url.into();
        self
    }

    /// The prefix of every key, followed by `:`. Default: none.
    #[must_use]
    pub fn namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = namespace.into();
        self
    }

    /// How values become bytes where a function does not say. Default: bincode, where it is compiled in.
    #[must_use]
    pub fn default_codec(mut self, codec: Codec) -> Self {
        self.default_codec = Some(codec);
        self
    }

    /// The memory that values may take in this process, in bytes. Default: 64 MiB.
    ///
    /// With `memory://` this bounds the store. A cache on Redis keeps no values in the process, and needs none of it.
    #[must_use]
    pub fn near_capacity(mut self, bytes: u64) -> Self {
        self.near_capacity = bytes;
        self
    }

    /// The longest that one call waits for the store, all its operations together. Default: 100 ms.
    #[must_use]
    pub fn operation_timeout(mut self, timeout: Duration) -> Self {
        self.operation_timeout = timeout;
        self
    }

    /// The largest value that is stored, in bytes as stored. Default: 16 MiB; at most 64 MiB.
    #[must_use]
    pub fn max_value_bytes(mut self, bytes: usize) -> Self {
        self.max_value_bytes = bytes;
        self
    }

    /// Checks everything and makes the cache. Connects to nothing: a Redis that is down does not keep a service from
    /// starting.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`], naming every setting that is not usable.
    pub fn build(self) -> Result<Cache, Error> {
        let mut faults = self.faults();
        let store = self.store().map_err(|error| faults.insert(0, format!("`url`: {error}"))).ok();
        match store {
            Some(store) if faults.is_empty() => Ok(Cache::from_engine(Engine::new(store, self.settings()))),
            _ => Err(Error::new(ErrorKind::Config, format!("the cache cannot be built: {}", faults.join("; ")))),
        }
    }

    /// A cache on a store without room.
    pub(super) fn disabled() -> Cache {
        let settings = Self::new().settings();
        Cache::from_engine(Engine::new(Arc::new(MemoryStore::new(0)), settings))
    }

    fn settings(self) -> Settings {
        Settings {
            namespace: self.namespace,
            default_codec: self.default_codec,
            operation_timeout: self.operation_timeout,
            max_value_bytes: self.max_value_bytes,
        }
    }

    fn store(&self) -> Result<Arc<dyn Store>, Error> {
        let scheme = self.url.split_once("://").map_or("", |(scheme, _)| scheme);
        match scheme {
            "memory" if self.url == MEMORY => Ok(Arc::new(MemoryStore::new(self.near_capacity))),
            "memory" => Err(Error::new(ErrorKind::Config, "nothing may follow `memory://`")),
            "redis" | "rediss" | "unix" => {
                Ok(Arc::new(RedisStore::new(Endpoint::parse(&self.url)?, self.operation_timeout)))
            }
            _ => Err(Error::new(
                ErrorKind::Config,
                "the scheme is not known; expected `redis://`, `rediss://`, `unix://` or `memory://`",
            )),
        }
    }

    fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if let Some(bad) = self.namespace.chars().find(|c| c.is_whitespace() || c.is_control() || "{}%".contains(*c)) {
            faults.push(format!(
                "`namespace` has {bad:?} in it; any text without spaces, control characters, `{{`, `}}` and `%` will do"
            ));
        }
        if self.operation_timeout.is_zero() {
            faults.push("`operation_timeout` is zero; expected at least a millisecond".to_owned());
        }
        if self.max_value_bytes == 0 || self.max_value_bytes > 64 << 20 {
            faults.push(format!("`max_value_bytes` is {}; expected 1 to {}", self.max_value_bytes, 64 << 20));
        }
        if self.url == MEMORY && self.near_capacity == 0 {
            faults.push("`near_capacity` is 0, and `memory://` keeps its values there; expected some bytes".to_owned());
        }
        faults
    }
}

impl fmt::Debug for CacheBuilder {
    /// Shows everything but the URL, which may hold a password and may not even parse.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CacheBuilder")
            .field("namespace", &self.namespace)
            .field("default_codec", &self.default_codec)
            .field("near_capacity", &self.near_capacity)
            .field("operation_timeout", &self.operation_timeout)
            .field("max_value_bytes", &self.max_value_bytes)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;

    #[tokio::test]
    async fn a_disabled_cache_runs_every_load() {
        let cache = CacheBuilder::disabled();
        for loads in 1..=3 {
            let answer = cache.read_through("k", &Policy::forever(), || async { 7_u32 }).await;
            assert_eq!((answer, cache.stats().loads), (7, loads));
        }
    }

    #[test]
    fn every_bad_setting_is_named_at_once() {
        let builder =
            Cache::builder().url("ftp://x").namespace("a b").operation_timeout(Duration::ZERO).max_value_bytes(0);
        let error = builder.build().unwrap_err().to_string();
        for setting in ["`url`", "`namespace`", "`operation_timeout`", "`max_value_bytes`"] {
            assert!(error.contains(setting), "{error}");
        }
    }
}
