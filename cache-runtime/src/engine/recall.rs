//! Invalidations that did not go through: their keys are not believed any more, and removing them is tried again.
//!
//! A store can refuse to remove what it still serves: a replica, a server that cannot write to its disk. Until the removal
//! has gone through, this process treats what is there as if it were not.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use foldhash::fast::RandomState;

use crate::chore::Chore;
use crate::clock;
use crate::error::{Error, ErrorKind};
use crate::key::Key;
use crate::store::Store;

/// So many keys can be waiting, and no more: an outage must not cost the memory of the process.
const MOST_KEYS: usize = 100_000;
const SHORTEST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// The keys whose entries are to be removed as soon as the store lets us.
#[derive(Debug)]
pub(super) struct Recall {
    waiting: Arc<Waiting>,
    /// Trying again.
    chore: Chore,
}

/// How many invalidations had failed at some time. A removal makes good for those that failed before it was sent, and for
/// none that failed while its answer was under way: that one may have been about what was stored in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Failures(u64);

struct Waiting {
    store: Arc<dyn Store>,
    patience: Duration,
    /// With the number of the last failure of each.
    keys: Mutex<HashMap<Key, Failures, RandomState>>,
    /// How many there have been, of all keys.
    failures: AtomicU64,
    /// How many there are: mostly none, which costs a reader one load.
    count: AtomicUsize,
}

impl Recall {
    pub(super) fn new(store: Arc<dyn Store>, patience: Duration) -> Self {
        let (keys, failures, count) = (Mutex::default(), AtomicU64::new(0), AtomicUsize::new(0));
        let waiting = Waiting { store, patience, keys, failures, count };
        Self { waiting: Arc::new(waiting), chore: Chore::new() }
    }

    /// Whether what the store has at `key` is not to be believed.
    pub(super) fn holds(&self, key: &Key) -> bool {
        let holds = self.waiting.count.load(Ordering::Acquire) > 0 && self.waiting.keys().contains_key(key);
        if holds {
            // Its task is left with the runtime on which it failed, and this may be another one.
            self.try_again();
        }
        holds
    }

    /// How many keys are waiting.
    pub(super) fn count(&self) -> usize {
        self.waiting.count.load(Ordering::Relaxed)
    }

    /// How many there have been until now: to be asked before a removal is sent.
    pub(super) fn failures(&self) -> Failures {
        Failures(self.waiting.failures.load(Ordering::Acquire))
    }

    /// Takes a key in. `false`: there is no room for it.
    #[must_use]
    pub(super) fn add(&self, key: &Key) -> bool {
        let taken = {
            let mut keys = self.waiting.keys();
            let has_room = keys.len() < MOST_KEYS || keys.contains_key(key);
            if has_room {
                let before = self.waiting.failures.fetch_add(1, Ordering::AcqRel);
                keys.insert(key.clone(), Failures(before + 1));
                self.waiting.count.store(keys.len(), Ordering::Release);
            }
            has_room
        };
        self.try_again();
        taken
    }

    /// The entry was removed, or replaced by a newer one, by what was sent after so many failures.
    pub(super) fn forget(&self, key: &Key, sent: Failures) {
        if self.waiting.count.load(Ordering::Acquire) > 0 {
            self.waiting.forget(key, sent);
        }
    }

    /// Tries once more, for the last time; returns how many keys are left.
    pub(super) async fn finish(&self) -> usize {
        self.chore.finish().await;
        self.waiting.round().await;
        self.waiting.count.load(Ordering::Acquire)
    }

    fn try_again(&self) {
        let (waiting, asked) = (Arc::clone(&self.waiting), Arc::clone(&self.waiting));
        let work = move || {
            let waiting = Arc::clone(&waiting);
            async move { waiting.run().await }
        };
        self.chore.see_to_it(work, move || asked.count.load(Ordering::Acquire) > 0);
    }
}

impl Waiting {
    /// Tries until nothing is left. `false`: there are no timers to wait with.
    async fn run(&self) -> bool {
        let mut pause = SHORTEST_PAUSE;
        while self.count.load(Ordering::Acquire) > 0 {
            if !clock::pause(pause.mul_f64(0.5 + 0.5 * fastrand::f64())).await {
                return false;
            }
            pause = if self.round().await { SHORTEST_PAUSE } else { LONGEST_PAUSE.min(pause * 2) };
        }
        true
    }

    /// Tries every key once; `true` when one of them went through. Ends early where the store does not answer.
    async fn round(&self) -> bool {
        let waiting: Vec<_> = self.keys().iter().map(|(key, failure)| (key.clone(), *failure)).collect();
        let mut removed = 0_usize;
        for (key, sent) in waiting {
            match self.store.remove(&key, self.patience).await {
                Ok(()) => {
                    self.forget(&key, sent);
                    removed += 1;
                }
                Err(error) if is_out_of_reach(&error) => break,
                Err(_refused) => {}
            }
        }
        if removed > 0 {
            tracing::info!(target: "cache_runtime", removed, "invalidations that had failed have gone through");
        }
        removed > 0
    }

    /// Takes `key` out, unless it has failed again since.
    fn forget(&self, key: &Key, sent: Failures) {
        let mut keys = self.keys();
        if keys.get(key).is_some_and(|&latest| latest <= sent) {
            keys.remove(key);
            self.count.store(keys.len(), Ordering::Release);
        }
    }

    fn keys(&self) -> MutexGuard<'_, HashMap<Key, Failures, RandomState>> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether the store was not there to refuse.
pub(super) fn is_out_of_reach(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Unavailable | ErrorKind::Timeout)
}

impl fmt::Debug for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Waiting").field("keys", &self.count).finish_non_exhaustive()
    }
}
