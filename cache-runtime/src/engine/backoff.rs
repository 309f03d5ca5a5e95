//! Leaving an origin alone that has just failed.
//!
//! Without it, every call for a key whose origin is sick would ask the origin once more.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use quick_cache::sync::Cache;
use quick_cache::{DefaultHashBuilder, UnitWeighter};

use crate::bounded::DropUnlocked;
use crate::clock::{self, Instant};
use crate::key::Key;
use crate::value::AnyValue;

/// So many keys are remembered. One that falls out is asked for once too often, no more.
const MOST_KEYS: usize = 10_000;
/// A rest doubles with each further failure, until it is this many times as long as the first one.
const LONGEST: u32 = 8;

/// The keys whose origin is left alone just now.
pub(super) struct Backoff {
    /// How long after a first failure.
    first: Duration,
    rests: Cache<Key, Rest, UnitWeighter, DefaultHashBuilder, DropUnlocked>,
    /// How often everything was forgotten. Clearing `rests` would drop failures, which is code of the user, under its lock.
    epoch: AtomicU64,
}

/// Why, and until when.
#[derive(Clone)]
pub(super) struct Rest {
    until: Instant,
    /// What [`Backoff::epoch`] was.
    epoch: u64,
    /// In a row; none where the load is left to another process.
    pub(super) failures: u32,
    /// What the origin returned, where that can be handed to more than one caller.
    pub(super) failure: Option<AnyValue>,
}

impl Backoff {
    pub(super) fn new(first: Duration) -> Self {
        let (weighter, hasher) = (UnitWeighter, DefaultHashBuilder::default());
        let rests = Cache::with(MOST_KEYS, MOST_KEYS as u64, weighter, hasher, DropUnlocked);
        Self { first, rests, epoch: AtomicU64::new(0) }
    }

    /// The rest that the origin of `key` has at this time.
    pub(super) fn rest(&self, key: &Key) -> Option<Rest> {
        self.latest(key).filter(|rest| clock::now() < rest.until)
    }

    /// Notes a failure; returns how long the origin is left alone for it.
    pub(super) fn failed(&self, key: &Key, failure: Option<AnyValue>) -> Duration {
        let failures = self.latest(key).map_or(0, |rest| rest.failures);
        let times = 1_u32.checked_shl(failures).unwrap_or(LONGEST).min(LONGEST);
        // Shortened by chance, so that the keys and the processes that failed together do not come back together.
        let rest = self.first.saturating_mul(times).mul_f64(1.0 - fastrand::f64() / 4.0);
        self.note(key, rest, failures.saturating_add(1), failure);
        rest
    }

    /// Leaves the load to another process for a while.
    pub(super) fn left_to_another(&self, key: &Key) {
        self.note(key, self.first, 0, None);
    }

    /// The origin answered, or what it failed at is over. Returns whether there was a rest to forget.
    pub(super) fn forget(&self, key: &Key) -> bool {
        self.rests.remove(key).is_some_and(|(_, rest)| self.is_of_now(&rest))
    }

    pub(super) fn forget_everything(&self) {
        self.epoch.fetch_add(1, Ordering::Release);
    }

    /// The last rest of `key`, which may be over.
    fn latest(&self, key: &Key) -> Option<Rest> {
        self.rests.get(key).filter(|rest| self.is_of_now(rest))
    }

    fn is_of_now(&self, rest: &Rest) -> bool {
        rest.epoch == self.epoch.load(Ordering::Acquire)
    }

    fn note(&self, key: &Key, rest: Duration, failures: u32, failure: Option<AnyValue>) {
        if let Some(until) = clock::now().checked_add(rest) {
            let epoch = self.epoch.load(Ordering::Acquire);
            self.rests.insert(key.clone(), Rest { until, epoch, failures, failure });
        }
    }
}

impl fmt::Debug for Backoff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Backoff").field("first", &self.first).field("keys", &self.rests.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Weak, mpsc};
    use std::thread;

    use super::*;

    const FIRST: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn a_rest_doubles_up_to_a_limit_and_ends() {
        let (backoff, key) = (Backoff::new(FIRST), Key::new("", "sick"));
        for times in [1, 2, 4, 8, 8, 8] {
            let rest = backoff.failed(&key, None);
            assert!(rest <= FIRST * times && rest >= FIRST * times * 3 / 4, "{rest:?} for {times}");
            tokio::time::advance(rest / 2).await;
            assert!(backoff.rest(&key).is_some());
            tokio::time::advance(rest / 2 + Duration::from_millis(1)).await;
            assert!(backoff.rest(&key).is_none());
        }
        backoff.forget(&key);
        assert!(backoff.failed(&key, None) <= FIRST);
    }

    #[tokio::test(start_paused = true)]
    async fn keys_rest_apart_and_no_more_of_them_than_there_is_room_for() {
        let backoff = Backoff::new(FIRST);
        backoff.failed(&Key::new("", "sick"), None);
        assert!(backoff.rest(&Key::new("", "well")).is_none());
        for index in 0..2 * MOST_KEYS {
            backoff.failed(&Key::new("", &index.to_string()), None);
        }
        assert!(backoff.rests.len() <= MOST_KEYS);
    }

    #[tokio::test(start_paused = true)]
    async fn after_everything_was_forgotten_no_key_rests() {
        let (backoff, key) = (Backoff::new(FIRST), Key::new("", "sick"));
        backoff.failed(&key, None);
        backoff.failed(&key, None);
        backoff.forget_everything();
        assert!(backoff.rest(&key).is_none());
        assert!(backoff.failed(&key, None) <= FIRST, "as for the first time");
        assert!(backoff.rest(&key).is_some());
        backoff.forget_everything();
        assert!(!backoff.forget(&key));
    }

    /// A failure of the user, which asks for its own key when it is dropped.
    struct Asking(Weak<Backoff>, Key);

    impl Drop for Asking {
        fn drop(&mut self) {
            if let Some(backoff) = self.0.upgrade() {
                backoff.forget(&self.1);
            }
        }
    }

    #[test]
    fn no_failure_is_dropped_under_a_lock() {
        let (done, is_done) = mpsc::channel();
        thread::spawn(move || {
            let backoff = Arc::new(Backoff::new(FIRST));
            // Some take the place of others of their key, and some push out others.
            for index in 0..4 * MOST_KEYS {
                let key = Key::new("", &(index / 2).to_string());
                backoff.failed(&key, Some(Arc::new(Asking(Arc::downgrade(&backoff), key.clone()))));
            }
            backoff.forget_everything();
            done.send(()).unwrap();
        });
        is_done.recv_timeout(Duration::from_secs(60)).expect("the thread does not wait for itself");
    }
}
