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

/// An instant on the coarse clock of the system, which is read in a fifth of the time, and is up to [`GRAIN`] late.
///
/// For what is asked of it on each near hit. It is the system's own, whatever is paused: what is kept near is a copy of what
/// lives and dies in another process. Only in the tests of this crate it goes with [`Instant`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Tick(coarsetime::Instant);

/// The coarse clock is late by less than this.
const GRAIN: Duration = Duration::from_millis(16);

/// Longer than any process runs, and shorter than what clocks can tell.
const AGES: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

impl Tick {
    /// Before every other one.
    pub(crate) const BEGINNING: Self = Self(coarsetime::Instant::from_ticks(0));
    /// After every other one.
    pub(crate) const NEVER: Self = Self(coarsetime::Instant::from_ticks(u64::MAX));

    #[cfg(not(test))]
    pub(crate) fn now() -> Self {
        Self(coarsetime::Instant::now_without_cache_update())
    }

    #[cfg(test)]
    pub(crate) fn now() -> Self {
        static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
        let start = *START.get_or_init(now);
        // Far from the beginning, before which nothing is.
        Self(coarsetime::Instant::from_ticks(1 << 48).saturating_add(since(start).into()))
    }

    /// When it is certain that `pause` has not passed yet: a moment before that, as the clock may be late by then.
    pub(crate) fn within(self, pause: Duration) -> Self {
        Self(self.0.saturating_add(pause.saturating_sub(GRAIN).min(AGES).into()))
    }

    pub(crate) const fn to_bits(self) -> u64 {
        self.0.as_ticks()
    }

    pub(crate) const fn from_bits(bits: u64) -> Self {
        Self(coarsetime::Instant::from_ticks(bits))
    }
}

/// Whether the clock of this runtime stands still.
#[cfg(any(test, feature = "test-util"))]
#[expect(clippy::disallowed_methods, reason = "the time of the system, to compare with that of tokio")]
pub(crate) fn is_stopped() -> bool {
    let (ours, theirs) = (now(), std::time::Instant::now());
    // Until it is certain that time has passed.
    while theirs.elapsed() < Duration::from_micros(1) {}
    now() == ours
}

/// The current instant. Works outside a runtime as well.
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// The time since `start`.
pub(crate) fn since(start: Instant) -> Duration {
    now().saturating_duration_since(start)
}

/// The instant at which `limit` will have passed.
pub(crate) fn after(limit: Duration) -> Instant {
    now() + limit.min(AGES)
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
