//! The one place that asks what time it is.

use std::future::{Future, poll_fn};
use std::panic::catch_unwind;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::sleep;

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

/// The time until `deadline`.
pub(crate) fn until(deadline: Instant) -> Duration {
    deadline.saturating_duration_since(now())
}

/// What `future` resolves to, or `None` once `limit` has passed. Where there are no timers, outside a runtime of tokio or
/// in one that was built without them, there is no limit.
pub(crate) async fn at_most<F: Future>(limit: Duration, future: F) -> Option<F::Output> {
    if Handle::try_current().is_err() {
        return Some(future.await);
    }
    match catch_unwind(|| sleep(limit)) {
        Ok(timer) => before(future, timer).await,
        Err(_no_timers) => Some(future.await),
    }
}

/// Lets `pause` pass. `false`, at once, where there are no timers.
pub(crate) async fn pause(pause: Duration) -> bool {
    // Only made in the closure, as `sleep` itself panics.
    let Ok(timer) = catch_unwind(|| sleep(pause)) else { return false };
    timer.await;
    true
}

/// What `future` resolves to, unless `end` comes first.
pub(crate) async fn before<T>(future: impl Future<Output = T>, end: impl Future) -> Option<T> {
    let (mut future, mut end) = (pin!(future), pin!(end));
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => end.as_mut().poll(context).map(|_| None),
    })
    .await
}
