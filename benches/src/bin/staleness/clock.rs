//! The clock that processes of one machine share.

use rustix::time::{ClockId, clock_gettime};

/// Nanoseconds since the machine started, about.
pub(crate) fn now() -> i64 {
    let now = clock_gettime(ClockId::Monotonic);
    now.tv_sec * 1_000_000_000 + now.tv_nsec
}
