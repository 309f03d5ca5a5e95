//! The one place that asks what time it is.

use std::future::Future;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::timeout;

/// An instant on the monotonic clock.
///
/// It is tokio's: it stands still under `tokio::time::pause`, so a test of an annotated function owns the time.
pub(crate) type Instant = tokio::time::Instant;

/// The current instant. Works outside a runtime as well.
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// The time since `start`.
pub(crate) fn since(start: Instant) -> Duration {
    now().saturating_duration_since(start)
}

/// What `future` resolves to, or `None` once `limit` has passed. Outside a runtime of tokio there are no timers, and no
/// limit.
pub(crate) async fn at_most<F: Future>(limit: Duration, future: F) -> Option<F::Output> {
    if Handle::try_current().is_ok() { timeout(limit, future).await.ok() } else { Some(future.await) }
}
