//! Caches of large values, on a Redis and behind a thin line to it.

use std::time::Duration;

use cache_runtime::{Cache, CacheBuilder, Policy};
use cache_tests::{Fault, FaultProxy, RedisServer};

/// For everything that must happen; a machine under load takes its time.
pub(crate) const SOON: Duration = Duration::from_secs(30);
/// So long that nothing is forgotten because its time is over.
pub(crate) const LASTING: Policy = Policy::new(Duration::from_secs(600));
/// So slow that a value of [`LARGE`] takes a second.
pub(crate) const THIN: Fault = Fault::Bandwidth(5 << 20);
pub(crate) const LARGE: usize = 3 << 20;

/// Nothing is compressed: what is large here is to be large there.
pub(crate) fn builder(url: &str) -> CacheBuilder {
    Cache::builder().url(url).operation_timeout(SOON).max_value_bytes(64 << 20).compress_above(usize::MAX)
}

pub(crate) fn cache(server: &RedisServer) -> Cache {
    builder(&server.url()).build().unwrap()
}

/// A text that tells which one it is at every place.
pub(crate) fn text(letter: char, length: usize) -> String {
    letter.to_string().repeat(length)
}

/// Which text it is, and of which length.
pub(crate) fn letter(text: &str) -> (char, usize) {
    let first = text.chars().next().unwrap();
    assert!(text.chars().all(|letter| letter == first), "it is made of several");
    (first, text.len())
}

/// How often the server was asked to do `command` so far.
pub(crate) fn calls(server: &RedisServer, command: &str) -> u64 {
    let stats = server.command(&["INFO", "commandstats"]).text();
    let line = stats.lines().find_map(|line| line.strip_prefix(&format!("cmdstat_{command}:calls=")));
    line.map_or(0, |rest| rest.split(',').next().unwrap().parse().unwrap())
}

/// A Redis with a large `a`, a small `small`, and a cache behind a line that can be made thin, which knows what is large.
pub(crate) struct Stand {
    pub(crate) server: RedisServer,
    pub(crate) proxy: FaultProxy,
    /// Behind the line.
    pub(crate) cache: Cache,
    /// Where there is none.
    pub(crate) other: Cache,
}

impl Stand {
    pub(crate) async fn new() -> Self {
        Self::with(|builder| builder).await
    }

    /// With more settings of the cache behind the line.
    pub(crate) async fn with(settings: impl FnOnce(CacheBuilder) -> CacheBuilder) -> Self {
        let server = RedisServer::single();
        let proxy = FaultProxy::to(server.port());
        let cache = settings(builder(&server.url_on(proxy.port()))).build().unwrap();
        let stand = Self { other: self::cache(&server), server, proxy, cache };
        stand.put('a').await;
        stand.other.put("small", &7, &LASTING).await.unwrap();
        for _ in 0..2 {
            assert_eq!(stand.read().await, Some(('a', LARGE)));
        }
        stand
    }

    pub(crate) async fn put(&self, letter: char) {
        self.other.put("a", &text(letter, LARGE), &LASTING).await.unwrap();
    }

    pub(crate) async fn read(&self) -> Option<(char, usize)> {
        let value: Option<String> = self.cache.get("a").await.unwrap();
        value.as_deref().map(letter)
    }
}
