//! The one place that asks what time it is.

use std::time::Duration;

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
