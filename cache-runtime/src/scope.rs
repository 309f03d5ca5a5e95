//! Another cache for the current task.

use std::borrow::Cow;
use std::future::Future;

use crate::cache::Cache;
use crate::global::global;

tokio::task_local! {
    static CACHE: Cache;
}

/// Runs `future` with `cache` in the place of the global one.
///
/// A function with a `cache = ..` of its own keeps that one. Scopes nest; a task spawned inside does not inherit them.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// use cache_runtime::{Cache, read_through, with_cache};
///
/// #[read_through(key = "square:{n}", ttl = 60)]
/// async fn square(n: u64) -> u64 { n * n }
///
/// let cache = Cache::builder().url("memory://").namespace("test").build()?;
/// with_cache(cache.clone(), async {
///     assert_eq!(square(7).await, 49);
///     assert_eq!(square::key(7).to_string(), "test:square:7");
/// }).await;
/// assert_eq!(cache.stats().loads, 1);
/// # Ok::<_, cache_runtime::Error>(()) }).unwrap();
/// ```
pub fn with_cache<F: Future>(cache: Cache, future: F) -> impl Future<Output = F::Output> + use<F> {
    CACHE.scope(cache, future)
}

/// The cache of the current task.
pub(crate) fn cache() -> Cache {
    current().into_owned()
}

/// The same, for as long as a call takes: the global one is there for ever, and need not be counted.
pub(crate) fn current() -> Cow<'static, Cache> {
    CACHE.try_with(Cache::clone).map_or_else(|_| Cow::Borrowed(global()), Cow::Owned)
}

/// What `f` makes of the cache of the current task.
pub(crate) fn with<T>(f: impl Fn(&Cache) -> T) -> T {
    CACHE.try_with(&f).unwrap_or_else(|_| f(global()))
}

/// The scope of the current task, for a future that goes on elsewhere.
#[derive(Clone, Debug)]
pub(crate) struct Carried(Option<Cache>);

impl Carried {
    /// The scope that is in force here.
    pub(crate) fn current() -> Self {
        Self(CACHE.try_with(Cache::clone).ok())
    }

    /// The cache that a call in this scope uses.
    pub(crate) fn cache(&self) -> Cache {
        self.0.clone().unwrap_or_else(|| global().clone())
    }

    /// Runs `future` in this scope.
    pub(crate) async fn run<F: Future>(self, future: F) -> F::Output {
        match self.0 {
            Some(cache) => CACHE.scope(cache, future).await,
            None => future.await,
        }
    }
}
