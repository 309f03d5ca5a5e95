//! Who takes part.
#![expect(clippy::unused_async, reason = "no origin here has anything to wait for")]

use std::fmt;
use std::hint::black_box;
use std::time::Duration;

use cache_runtime::read_through;
use cached::ShardedLruTtlCache;
use cached::macros::concurrent_cached;
use tokio::runtime::Runtime;
use tokio::time::Instant;

use crate::TTL;
use crate::values::value;

/// Where the bare `quick_cache` is in the field.
pub(crate) const BARE: usize = 0;
/// Where the annotated function is.
pub(crate) const OURS: usize = 1;
/// Twice the number of values: nobody evicts.
const ROOM: usize = 40_000;

type Answer = dyn Fn(&Runtime, &[u64]) -> Duration + Send + Sync;

/// A way to answer calls from memory.
pub(crate) struct Contestant {
    pub(crate) name: &'static str,
    answer: Box<Answer>,
}

impl Contestant {
    fn new(name: &'static str, answer: impl AsyncFn(u64) -> String + Send + Sync + 'static) -> Self {
        let answer = move |runtime: &Runtime, ids: &[u64]| {
            runtime.block_on(async {
                let start = Instant::now();
                for &id in ids {
                    black_box(answer(id).await);
                }
                start.elapsed()
            })
        };
        Self { name, answer: Box::new(answer) }
    }

    /// Answers one call after the other, on this thread. Returns how long that took.
    pub(crate) fn run(&self, runtime: &Runtime, ids: &[u64]) -> Duration {
        (self.answer)(runtime, ids)
    }
}

impl fmt::Debug for Contestant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Contestant").field("name", &self.name).finish_non_exhaustive()
    }
}

#[read_through(key = "user:{id}", ttl = 600, near = "10m")]
async fn ours(id: u64) -> String {
    value(id)
}

#[concurrent_cached(max_size = 40_000, ttl_secs = 600)]
async fn bounded(id: u64) -> String {
    value(id)
}

#[concurrent_cached(ttl_secs = 600)]
async fn unbounded(id: u64) -> String {
    value(id)
}

/// All of them.
pub(crate) fn field() -> Vec<Contestant> {
    vec![
        bare_quick_cache(),
        Contestant::new("cache-runtime: #[read_through], near", ours),
        moka_sync(),
        moka_future(),
        Contestant::new("cached: #[concurrent_cached], ttl and bound", bounded),
        Contestant::new("cached: #[concurrent_cached], ttl only", unbounded),
        bare_cached(),
    ]
}

fn bare_quick_cache() -> Contestant {
    let cache = quick_cache::sync::Cache::<String, String>::new(ROOM);
    Contestant::new("quick_cache, bare", async move |id| {
        let key = format!("user:{id}");
        cache.get(&key).unwrap_or_else(|| {
            cache.insert(key, value(id));
            value(id)
        })
    })
}

fn moka_sync() -> Contestant {
    let cache = moka::sync::Cache::<String, String>::builder().max_capacity(ROOM as u64).time_to_live(TTL).build();
    Contestant::new("moka, sync", async move |id| {
        let key = format!("user:{id}");
        cache.get(&key).unwrap_or_else(|| {
            cache.insert(key, value(id));
            value(id)
        })
    })
}

fn moka_future() -> Contestant {
    let cache = moka::future::Cache::<String, String>::builder().max_capacity(ROOM as u64).time_to_live(TTL).build();
    Contestant::new("moka, future", async move |id| {
        let key = format!("user:{id}");
        if let Some(found) = cache.get(&key).await {
            return found;
        }
        cache.insert(key, value(id)).await;
        value(id)
    })
}

fn bare_cached() -> Contestant {
    let cache = ShardedLruTtlCache::<String, String>::builder().max_size(ROOM).ttl(TTL).build().unwrap();
    Contestant::new("cached: the bare store, ttl and bound", async move |id| {
        let key = format!("user:{id}");
        cache.get(&key).unwrap_or_else(|| {
            cache.set(key, value(id));
            value(id)
        })
    })
}
