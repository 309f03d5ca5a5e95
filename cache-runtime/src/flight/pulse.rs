//! Whether a leader is still polled.
//!
//! A future can be held and not polled any more: the loser of a `select!` that is kept for later, an element of a buffered
//! stream whose consumer is busy. If it leads, it never lands, and who holds it may be waiting as its follower. (Known as
//! [Barbara's buffered streams](https://rust-lang.github.io/wg-async/vision/submitted_stories/status_quo/barbara_battles_buffered_streams.html).)
//! A future that waits for its origin is not polled either, so what tells them apart is a wake-up that is not followed by
//! a poll.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Wake, Waker};
use std::time::Duration;

use crate::clock::{self, Instant};

/// How long a runtime may take to poll what was woken, before it is taken to be left lying. Generous: the price of a
/// mistake is a second load, that of waiting is time in a program that would else stand still.
const STALLED: Duration = Duration::from_secs(2);

/// No wake-up since the last poll.
const QUIET: u64 = 0;
/// It is polled just now, for however long that takes.
const POLLED: u64 = u64::MAX;
/// The same, and woken meanwhile.
const POLLED_AND_WOKEN: u64 = u64::MAX - 1;

/// The sign of life of one leader, or of many who load together.
pub(crate) struct Pulse {
    start: Instant,
    /// One of the states above, or when it was woken: in ms since `start`, and one.
    state: AtomicU64,
}

impl Pulse {
    pub(crate) fn new() -> Self {
        Self { start: clock::now(), state: AtomicU64::new(QUIET) }
    }

    /// Whether it was woken some time ago and has not been polled since.
    pub(super) fn is_stalled(&self) -> bool {
        match self.state.load(Ordering::Relaxed) {
            QUIET | POLLED | POLLED_AND_WOKEN => false,
            woken => self.now().saturating_sub(woken) > millis(STALLED),
        }
    }

    /// Runs `future`, noting each wake-up and each poll.
    pub(crate) async fn watch<F: Future>(self: Arc<Self>, future: F) -> F::Output {
        let mut future = pin!(future);
        let mut rouser: Option<Arc<Rouser>> = None;
        poll_fn(|context| {
            let fitting = rouser.take().filter(|rouser| rouser.inner.will_wake(context.waker()));
            let fitting = fitting.unwrap_or_else(|| Arc::new(Rouser::new(&self, context.waker())));
            let waker = Waker::from(Arc::clone(rouser.insert(fitting)));
            self.state.store(POLLED, Ordering::Relaxed);
            let polled = future.as_mut().poll(&mut Context::from_waker(&waker));
            let left = |state| Some(if state == POLLED_AND_WOKEN { self.now() } else { QUIET });
            let _ = self.state.fetch_update(Ordering::Relaxed, Ordering::Relaxed, left);
            polled
        })
        .await
    }

    /// Only the first wake-up counts: later ones must not make it look young.
    pub(crate) fn wake(&self) {
        let _ = self.state.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |state| match state {
            QUIET => Some(self.now()),
            POLLED => Some(POLLED_AND_WOKEN),
            _ => None,
        });
    }

    fn now(&self) -> u64 {
        millis(clock::since(self.start)) + 1
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX >> 1)
}

/// Notes a wake-up and passes it on.
struct Rouser {
    pulse: Arc<Pulse>,
    inner: Waker,
}

impl Rouser {
    fn new(pulse: &Arc<Pulse>, inner: &Waker) -> Self {
        Self { pulse: Arc::clone(pulse), inner: inner.clone() }
    }
}

impl Wake for Rouser {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.pulse.wake();
        self.inner.wake_by_ref();
    }
}
