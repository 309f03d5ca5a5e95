//! What calls in the current task may do with the cache.

use std::cell::Cell;
use std::future::Future;
use std::ptr;

use crate::spec::Spec;

/// What a call may do with the cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Read, load on a miss, store.
    #[default]
    Normal,
    /// Load and store, without reading.
    Refresh,
    /// Load, and nothing else.
    Bypass,
}

tokio::task_local! {
    static MODE: Mode;
    /// A mode for the next call of one function only, so that what its body calls is not affected.
    static NEXT_CALL: Cell<Option<(&'static Spec, Mode)>>;
}

/// Runs `future` without the cache: no reads, no writes, every annotated function runs its body.
///
/// Invalidations still go through. A task spawned inside does not inherit the scope.
pub fn bypass<F: Future>(future: F) -> impl Future<Output = F::Output> + use<F> {
    MODE.scope(Mode::Bypass, future)
}

/// Runs `future` without reading from the cache: every annotated function runs its body and stores what it returns.
///
/// A task spawned inside does not inherit the scope.
pub fn refreshing<F: Future>(future: F) -> impl Future<Output = F::Output> + use<F> {
    MODE.scope(Mode::Refresh, future)
}

/// Runs a call of the function of `spec` so that it loads and stores without reading.
pub fn refreshed<F: Future>(spec: &'static Spec, call: F) -> impl Future<Output = F::Output> + use<F> {
    NEXT_CALL.scope(Cell::new(Some((spec, Mode::Refresh))), call)
}

/// Runs a call of the function of `spec` so that only its body runs.
pub fn uncached<F: Future>(spec: &'static Spec, call: F) -> impl Future<Output = F::Output> + use<F> {
    NEXT_CALL.scope(Cell::new(Some((spec, Mode::Bypass))), call)
}

/// The mode of the current task.
pub(crate) fn current() -> Mode {
    MODE.try_with(|mode| *mode).unwrap_or_default()
}

/// The mode of a call of the function of `spec` that begins now.
pub(crate) fn of_call(spec: &'static Spec) -> Mode {
    let marked = NEXT_CALL.try_with(|next| match next.take() {
        Some((marked, mode)) if ptr::eq(marked, spec) => Some(mode),
        other => {
            next.set(other);
            None
        }
    });
    marked.ok().flatten().unwrap_or_else(current)
}
