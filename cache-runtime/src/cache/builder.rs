//! Building a cache: settings are data, checked once.

mod checks;
mod stores;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub(super) use self::checks::Fault;
use super::handle::Cache;
use crate::backend::{Credentials, MemoryStore, Tls};
use crate::engine::{Engine, Settings};
use crate::error::{Error, ErrorKind};
use crate::store::{NearFeed, Store};
use crate::value::Codec;

const MEMORY: &str = "memory://";
/// Below this there is little to save.
const COMPRESS_ABOVE: usize = if cfg!(feature = "compression") { 2 << 10 } else { usize::MAX };

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
    tls: Option<Tls>,
    credentials: Option<Arc<dyn Credentials>>,
    namespace: String,
    default_codec: Option<Codec>,
    near_capacity: u64,
    near: Option<Duration>,
    near_feed: NearFeed,
    operation_timeout: Duration,
    max_value_bytes: usize,
    compress_above: usize,
    backoff: Duration,
    background_loads: usize,
    background_timeout: Duration,
}

impl CacheBuilder {
    pub(super) fn new() -> Self {
        Self {
            url: MEMORY.to_owned(),
            tls: None,
            credentials: None,
            namespace: String::new(),
            default_codec: Codec::DEFAULT,
            near_capacity: 64 << 20,
            near: None,
            near_feed: NearFeed::Auto,
            operation_timeout: Duration::from_millis(100),
            max_value_bytes: 16 << 20,
            compress_above: COMPRESS_ABOVE,
            backoff: Duration::from_secs(1),
            background_loads: 64,
            background_timeout: Duration::from_secs(60),
        }
    }

    /// Where the store is. Default: `memory://`, a bounded store in this process.
    ///
    /// ```text
    /// memory://                                                                  a store in this process
    /// redis://[[user]:password@]host[:port][/db]                                 one server; port 6379
    /// unix:///path[?db=..&user=..&pass=..]                                       one server, by its socket
    /// redis+sentinel://[[user]:password@]host[:port][,host..]/master[/db]        the master that sentinels name; port 26379
    ///                  [?sentinel_user=..&sentinel_pass=..]
    /// redis+cluster://[[user]:password@]host[:port][,host..]                     the cluster of these servers; port 6379
    /// ```
    ///
    /// With `rediss` instead of `redis` all connections are made over [TLS](Self::tls), those to sentinels too, and the
    /// feature `tls` is needed. The scheme may be in capitals. A host is a name, an IPv4 address, or an IPv6 address in
    /// brackets. What is before the `@`, the path of a socket, the name of a master and the text of a parameter may have any
    /// byte in them, written as `%` and two hexadecimal digits: `%`, `#`, `/`, `?`, `@`, spaces and control characters have to
    /// be. A user needs a password. Nothing else may be in a URL, so that a slip of the pen is an error and not a surprise.
    #[must_use]
    pub fn url(mut self, url: impl Into<String>) -> Self {
        self.url = url.into();
        self
    }

    /// The certificates for a `rediss` URL, which this needs. Default: those that the operating system trusts, and none to show.
    /// With `memory://` it has no effect.
    #[must_use]
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = Some(tls);
        self
    }

    /// Changes what there is of that.
    pub(super) fn change_tls(self, change: impl FnOnce(Tls) -> Tls) -> Self {
        let tls = change(self.tls.clone().unwrap_or_default());
        self.tls(tls)
    }

    /// Who is asked who to log in as, where that changes while the program runs: see [`Credentials`]. Default: the URL says it.
    /// With `memory://` it has no effect.
    #[must_use]
    pub fn credentials(mut self, credentials: impl Credentials) -> Self {
        self.credentials = Some(Arc::new(credentials));
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
    /// With `memory://` this bounds the store, and a value that nearly fills it is not stored. On Redis it bounds the decoded
    /// values that are kept by [`near`](Self::near), of all functions together, by what they are reckoned to take; without
    /// any, it costs nothing. With 0 none are kept there, and with less than a KiB there is no room for any: next to
    /// [`near`](Self::near), neither is accepted.
    #[must_use]
    pub fn near_capacity(mut self, bytes: u64) -> Self {
        self.near_capacity = bytes;
        self
    }

    /// Keeps decoded values in this process for at most this long, for every function that does not say something else
    /// (`near = ..`). Default: off.
    ///
    /// A hit then needs no round trip: it is a clone. Redis tells of every change, and what has changed is forgotten as soon
    /// as it has; where it does not tell, see [`Coherence`](crate::Coherence). With `memory://` values are in this process
    /// anyway, and this has no effect. A time below 20 ms is not accepted: it is too short to keep anything.
    #[must_use]
    pub fn near(mut self, at_most: Duration) -> Self {
        self.near = Some(at_most);
        self
    }

    /// How the values that are kept in this process stay true, and whether other processes are told on a channel of what this
    /// one changes. Default: [`NearFeed::Auto`]. The same in all processes of a namespace, please. With `memory://` it has no
    /// effect: nobody else has those values.
    ///
    /// In a cluster there is no channel: what redis does not tell there is not kept, and [`NearFeed::Channel`] is not accepted.
    ///
    /// The channel is `namespace:%~near`. A user of Redis who is to use it needs the commands `PUBLISH` and `SUBSCRIBE`, and
    /// the channels `namespace:%~near*`. Who lacks them invalidates all the same, and nobody is told by it.
    #[must_use]
    pub fn near_feed(mut self, feed: NearFeed) -> Self {
        self.near_feed = feed;
        self
    }

    /// The longest that one call waits for the store before its body runs, all its operations together, and the longest that
    /// storing what the body brought may take. Default: 100 ms.
    #[must_use]
    pub fn operation_timeout(mut self, timeout: Duration) -> Self {
        self.operation_timeout = timeout;
        self
    }

    /// The largest value that is stored, in bytes as stored. Default: 16 MiB; at most 64 MiB.
    ///
    /// What is larger goes to its caller and nowhere else, and removes an older value. It is counted
    /// ([`Stats::too_large`](crate::Stats::too_large)), and a warning names the function once. What is compressed may take
    /// 64 MiB before that. A value of more than 256 KiB travels on a connection of its own. It has to be there within the
    /// [`operation_timeout`](Self::operation_timeout), like any other: where values are of some MiB, that has to be longer.
    #[must_use]
    pub fn max_value_bytes(mut self, bytes: usize) -> Self {
        self.max_value_bytes = bytes;
        self
    }

    /// Compresses values that take more than this many bytes, by LZ4, where that saves at least an eighth. Default: 2 KiB;
    /// `usize::MAX` compresses none.
    ///
    /// Compressed values are read whatever is said here, by every program with the feature `compression`. One without it finds
    /// nothing usable in their place, says so once, and stores its own there: let all programs that share a namespace have
    /// the feature. The length of what is stored tells how well it compresses: switch it off where a value holds a secret
    /// beside text that somebody else chooses.
    #[cfg(feature = "compression")]
    #[must_use]
    pub fn compress_above(mut self, bytes: usize) -> Self {
        self.compress_above = bytes;
        self
    }

    /// How long an origin that failed is left alone, in functions that can do with an old value. Default: 1 s.
    ///
    /// Doubles with each further failure of the same key, up to eight times this. Meanwhile callers get the old value or,
    /// where there is none, the failure again if it is `Clone`.
    #[must_use]
    pub fn backoff(mut self, backoff: Duration) -> Self {
        self.backoff = backoff;
        self
    }

    /// How many loads may run in the background at a time, for all functions together. Default: 64.
    ///
    /// While so many run, old values are served and not reloaded.
    #[must_use]
    pub fn background_loads(mut self, loads: usize) -> Self {
        self.background_loads = loads;
        self
    }

    /// How long a load in the background may take before it is dropped as failed. Default: 60 s.
    ///
    /// A load that a caller waits for has no limit but that caller's patience.
    #[must_use]
    pub fn background_timeout(mut self, timeout: Duration) -> Self {
        self.background_timeout = timeout;
        self
    }

    /// Checks everything and makes the cache. Connects to nothing: a Redis that is down does not keep a service from
    /// starting.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`], naming every setting that is not usable.
    pub fn build(self) -> Result<Cache, Error> {
        self.build_behind(|store| store)
    }

    /// The same on what `wrap` makes of the store.
    pub(crate) fn build_behind(self, wrap: impl FnOnce(Arc<dyn Store>) -> Arc<dyn Store>) -> Result<Cache, Error> {
        self.try_build_behind(wrap).map_err(|faults| {
            let named: Vec<_> = faults.iter().map(|fault| format!("`{}` {}", fault.setting, fault.text)).collect();
            Error::new(ErrorKind::Config, format!("the cache cannot be built: {}", named.join("; ")))
        })
    }

    /// [`build`](Self::build), for a caller that has other names for the settings.
    pub(super) fn try_build(self) -> Result<Cache, Vec<Fault>> {
        self.try_build_behind(|store| store)
    }

    fn try_build_behind(self, wrap: impl FnOnce(Arc<dyn Store>) -> Arc<dyn Store>) -> Result<Cache, Vec<Fault>> {
        let mut faults = self.faults();
        match self.store() {
            Ok(store) if faults.is_empty() => return Ok(Cache::from_engine(Engine::new(wrap(store), self.settings()))),
            Ok(_) => {}
            Err(found) => faults.splice(0..0, found).for_each(drop),
        }
        Err(faults)
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
            near_capacity: self.near_capacity,
            near: self.near,
            operation_timeout: self.operation_timeout,
            max_value_bytes: self.max_value_bytes,
            compress_above: self.compress_above,
            backoff: self.backoff,
            background_loads: self.background_loads,
            background_timeout: self.background_timeout,
        }
    }
}

impl fmt::Debug for CacheBuilder {
    /// Shows everything but the URL, which may hold a password and may not even parse.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CacheBuilder")
            .field("namespace", &self.namespace)
            .field("default_codec", &self.default_codec)
            .field("tls", &self.tls)
            .field("credentials", &self.credentials.is_some())
            .field("near_capacity", &self.near_capacity)
            .field("near", &self.near)
            .field("near_feed", &self.near_feed)
            .field("operation_timeout", &self.operation_timeout)
            .field("max_value_bytes", &self.max_value_bytes)
            .field("compress_above", &self.compress_above)
            .field("backoff", &self.backoff)
            .field("background_loads", &self.background_loads)
            .field("background_timeout", &self.background_timeout)
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
    fn the_scheme_may_be_in_capitals() {
        for (url, store) in [("MEMORY://", "MemoryStore"), ("Redis://localhost", "RedisStore")] {
            let cache = Cache::builder().url(url).build().unwrap();
            assert!(format!("{cache:?}").contains(store), "{cache:?}");
        }
    }

    #[tokio::test]
    async fn a_value_as_large_as_the_defaults_allow_is_kept() {
        let cache = Cache::builder().operation_timeout(Duration::from_secs(60)).build().unwrap();
        for mebibytes in [9, 15] {
            let (key, value) = (cache.key(&mebibytes.to_string()), "x".repeat(mebibytes << 20));
            cache.put(&key, &value, &Policy::forever()).await.unwrap();
            assert_eq!(cache.get::<String>(&key).await.unwrap().map(|kept| kept.len()), Some(value.len()));
        }
    }
}
