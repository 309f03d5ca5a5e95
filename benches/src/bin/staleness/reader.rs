//! The process that has the value near.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use std::{fmt, thread};

use cache_runtime::{Cache, Policy};
use cache_tests::eventually;

use crate::clock;
use crate::invalidator::{self, Invalidated, Invalidator, KEY};

const TTL: Duration = Duration::from_secs(600);
const KEPT: Policy = Policy::new(TTL).near(TTL);
const SOON: Duration = Duration::from_secs(10);

/// For so long a pausing reader sleeps at least; the system adds some.
const PAUSE: Duration = Duration::from_micros(20);

/// How fast it reads.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Pace {
    /// One read after the other.
    Tight,
    /// With a pause after each.
    Pausing,
}

impl fmt::Display for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tight => "reads in a tight loop",
            Self::Pausing => "reads with a pause after each",
        })
    }
}

/// A cache, and the origin of its only value.
pub(crate) struct Reader {
    cache: Cache,
    origin: AtomicU64,
}

/// What happened in one round.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Round {
    invalidated: Invalidated,
    /// When the last read that brought the old value began.
    last_old: i64,
}

impl Round {
    /// Microseconds.
    pub(crate) fn since_the_acknowledgement(&self) -> f64 {
        microseconds(self.last_old - self.invalidated.acknowledged)
    }

    /// Microseconds.
    pub(crate) fn since_the_beginning(&self) -> f64 {
        microseconds(self.last_old - self.invalidated.began)
    }
}

#[expect(clippy::cast_precision_loss, reason = "a round takes milliseconds")]
fn microseconds(nanoseconds: i64) -> f64 {
    nanoseconds.max(0) as f64 / 1000.0
}

impl Reader {
    pub(crate) fn new(url: &str) -> Self {
        Self { cache: invalidator::cache(url), origin: AtomicU64::new(0) }
    }

    pub(crate) async fn round(&self, invalidator: &mut Invalidator, pace: Pace) -> Round {
        self.keep().await;
        let old = self.origin.fetch_add(1, Ordering::SeqCst);
        let mut last_old = clock::now();
        invalidator.order();
        loop {
            let begun = clock::now();
            if self.read().await != old {
                return Round { invalidated: invalidator.report(), last_old };
            }
            last_old = begun;
            if let Pace::Pausing = pace {
                // Of the thread: it drives nothing, and timers of tokio are too coarse.
                thread::sleep(PAUSE);
            }
        }
    }

    /// Reads until the value is kept in the process.
    async fn keep(&self) {
        eventually(SOON, "a near hit", || async {
            let before = self.cache.stats().near_hits;
            self.read().await;
            self.cache.stats().near_hits > before
        })
        .await;
    }

    async fn read(&self) -> u64 {
        self.cache.read_through(KEY, &KEPT, || async { self.origin.load(Ordering::SeqCst) }).await
    }
}
