//! Overrides for the current task: another cache, no cache, no reads.

use std::cell::Cell;
use std::future::Future;
use std::ptr;

use crate::attribute::Spec;
use crate::cache::Cache;
use crate::engine::Mode;
use crate::global::global;

#[derive(Clone, Default)]
struct Scope {
    cache: Option<Cache>,
    mode: Mode,
}

tokio::task_local! {
    static SCOPE: Scope;
    /// A mode for the next call of one function only, so that what its body calls is not affected.
    static NEXT_CALL: Cell<Option<(&'static Spec, Mode)>>;
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
    SCOPE.scope(Scope { cache: Some(cache), ..current() }, future)
}

/// Runs `future` without the cache: no reads, no writes, every annotated function runs its body.
///
/// Invalidations still go through. A task spawned inside does not inherit the scope.
pub fn bypass<F: Future>(future: F) -> impl Future<Output = F::Output> + use<F> {
    SCOPE.scope(Scope { mode: Mode::Bypass, ..current() }, future)
}

/// Runs `future` without reading from the cache: every annotated function runs its body and stores what it returns.
///
/// A task spawned inside does not inherit the scope.
pub fn refreshing<F: Future>(future: F) -> impl Future<Output = F::Output> + use<F> {
    SCOPE.scope(Scope { mode: Mode::Refresh, ..current() }, future)
}

/// Runs a call of the function of `spec` so that it loads and stores without reading.
pub fn refreshed<F: Future>(spec: &'static Spec, call: F) -> impl Future<Output = F::Output> + use<F> {
    NEXT_CALL.scope(Cell::new(Some((spec, Mode::Refresh))), call)
}

/// Runs a call of the function of `spec` so that only its body runs.
pub fn uncached<F: Future>(spec: &'static Spec, call: F) -> impl Future<Output = F::Output> + use<F> {
    NEXT_CALL.scope(Cell::new(Some((spec, Mode::Bypass))), call)
}

fn current() -> Scope {
    SCOPE.try_with(Scope::clone).unwrap_or_default()
}

/// The cache for the current task.
pub(crate) fn cache() -> Cache {
    SCOPE.try_with(|scope| scope.cache.clone()).ok().flatten().unwrap_or_else(|| global().clone())
}

/// The mode for the current task.
pub(crate) fn mode() -> Mode {
    SCOPE.try_with(|scope| scope.mode).unwrap_or_default()
}

/// The mode for a call of the function of `spec` that begins now.
pub(crate) fn mode_of_call(spec: &'static Spec) -> Mode {
    let marked = NEXT_CALL.try_with(|next| match next.take() {
        Some((marked, mode)) if ptr::eq(marked, spec) => Some(mode),
        other => {
            next.set(other);
            None
        }
    });
    marked.ok().flatten().unwrap_or_else(mode)
}
