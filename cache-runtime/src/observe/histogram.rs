//! How long things took: counted in buckets as they happen, and handed on now and then.
//!
//! The recorder of a program may be installed late, and may take a lock. Counting is neither: one relaxed increment. The
//! buckets are those of an `HdrHistogram` with one significant octal digit: a power of two is cut into eight, so what is handed on
//! is off by a sixteenth at most.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use super::event::Event;
use super::striped::Striped;

/// Each power of two is cut into this many buckets.
const CUTS: usize = 8;
/// From a microsecond to 2^26, which is a minute.
const OCTAVES: usize = 26;
const BUCKETS: usize = CUTS * OCTAVES;

/// How often something took how long.
#[derive(Debug)]
#[repr(align(128))]
pub(super) struct Histogram {
    buckets: [AtomicU32; BUCKETS],
}

/// What a [`Histogram`] had counted at some time. It starts over at 2^32.
#[derive(Clone, Debug)]
pub(super) struct Counted([u32; BUCKETS]);

impl Default for Histogram {
    fn default() -> Self {
        Self { buckets: [const { AtomicU32::new(0) }; BUCKETS] }
    }
}

impl Default for Counted {
    fn default() -> Self {
        Self([0; BUCKETS])
    }
}

impl Histogram {
    pub(super) fn record(&self, took: Duration) {
        if let Some(bucket) = self.buckets.get(bucket(took)) {
            bucket.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn add_to(&self, sum: &mut Counted) {
        for (sum, bucket) in sum.0.iter_mut().zip(&self.buckets) {
            *sum = sum.wrapping_add(bucket.load(Ordering::Relaxed));
        }
    }

    pub(super) fn counted(&self) -> Counted {
        let mut sum = Counted::default();
        self.add_to(&mut sum);
        sum
    }
}

impl Striped<Histogram> {
    pub(super) fn counted(&self) -> Counted {
        let mut sum = Counted::default();
        self.iter().for_each(|stripe| stripe.add_to(&mut sum));
        sum
    }
}

impl Counted {
    /// What has come since `before`: how many seconds it took, in the middle of its bucket, and how often.
    pub(super) fn since<'a>(&'a self, before: &'a Self) -> impl Iterator<Item = (f64, usize)> + 'a {
        let more = self.0.iter().zip(&before.0).map(|(now, before)| now.wrapping_sub(*before) as usize);
        more.enumerate().filter(|(_, count)| *count > 0).map(|(bucket, count)| (middle(bucket), count))
    }
}

/// The bucket of a time. What is too long for all of them is in the last one.
fn bucket(took: Duration) -> usize {
    // In eighths of a microsecond, so that each power of two has its cuts, the first too.
    let eighths = usize::try_from(took.as_nanos() / 125).unwrap_or(usize::MAX).max(CUTS);
    let octave = (eighths / CUTS).ilog2() as usize;
    let cut = (eighths >> octave) - CUTS;
    (octave * CUTS + cut).min(BUCKETS - 1)
}

/// The middle of a bucket, in seconds.
#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn middle(bucket: usize) -> f64 {
    let (octave, cut) = (bucket / CUTS, bucket % CUTS);
    let eighths = (1_u64 << octave) as f64 * (CUTS as f64 + cut as f64 + 0.5);
    eighths * 125e-9
}

/// How long things took that one function did.
#[derive(Debug, Default)]
pub(super) struct Times {
    /// Answers from the store, without those that were kept in this process: to read a clock would take longer than they do.
    pub(super) hits: Striped<Histogram>,
    pub(super) loads: Histogram,
    /// For what other callers load.
    pub(super) waits: Histogram,
}

impl Times {
    pub(super) fn note(&self, event: Event) {
        match event {
            Event::Loaded { took } | Event::LoadFailed { took } => self.loads.record(took),
            Event::Coalesced { took } => self.waits.record(took),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_handed_on_within_a_sixteenth() {
        let mut nanos = 1_000_u64;
        while nanos < 60_000_000_000 {
            let took = Duration::from_nanos(nanos);
            let error = middle(bucket(took)) / took.as_secs_f64();
            assert!((15.0 / 16.0..=17.0 / 16.0).contains(&error), "{took:?}: {error}");
            nanos += nanos / 50;
        }
    }

    #[test]
    fn what_is_shorter_or_longer_than_all_buckets_is_counted_all_the_same() {
        assert_eq!((bucket(Duration::ZERO), bucket(Duration::from_nanos(999))), (0, 0));
        assert_eq!((bucket(Duration::from_secs(100)), bucket(Duration::MAX)), (BUCKETS - 1, BUCKETS - 1));
    }

    #[test]
    fn only_what_has_come_since_is_handed_on() {
        let histogram = Histogram::default();
        histogram.record(Duration::from_millis(1));
        let before = histogram.counted();
        assert_eq!(before.since(&Counted::default()).count(), 1);
        assert_eq!(histogram.counted().since(&before).count(), 0);
        for _ in 0..3 {
            histogram.record(Duration::from_millis(20));
        }
        let now = histogram.counted();
        let more: Vec<_> = now.since(&before).collect();
        assert!(matches!(more[..], [(seconds, 3)] if (0.018..0.022).contains(&seconds)), "{more:?}");
    }
}
