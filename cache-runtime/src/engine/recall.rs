//! Invalidations that did not go through: their keys are not believed any more, and removing them is tried again.
//!
//! A store can refuse to remove what it still serves: a replica, a server that cannot write to its disk. Until the removal
//! has gone through, this process treats what is there as if it were not.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use foldhash::fast::RandomState;

use crate::background::Background;
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
    /// The one task that tries again.
    task: Background,
}

struct Waiting {
    store: Arc<dyn Store>,
    patience: Duration,
    /// With a number that grows with each failure, so that what was removed before the last one counts for nothing.
    keys: Mutex<HashMap<Key, u64, RandomState>>,
    /// How many there are: mostly none, which costs a reader one load.
    count: AtomicUsize,
}

impl Recall {
    pub(super) fn new(store: Arc<dyn Store>, patience: Duration) -> Self {
        let waiting = Waiting { store, patience, keys: Mutex::default(), count: AtomicUsize::new(0) };
        Self { waiting: Arc::new(waiting), task: Background::new(1) }
    }

    /// Whether what the store has at `key` is not to be believed.
    pub(super) fn holds(&self, key: &Key) -> bool {
        let holds = self.waiting.count.load(Ordering::Acquire) > 0 && self.waiting.keys().contains_key(key);
        if holds {
            // The task ends with its runtime, and there may be another one by now.
            self.try_again();
        }
        holds
    }

    /// Takes a key in. `false`: there is no room for it.
    #[must_use]
    pub(super) fn add(&self, key: &Key) -> bool {
        let taken = {
            let mut keys = self.waiting.keys();
            let has_room = keys.len() < MOST_KEYS || keys.contains_key(key);
            if has_room {
                *keys.entry(key.clone()).or_default() += 1;
                self.waiting.count.store(keys.len(), Ordering::Release);
            }
            has_room
        };
        self.try_again();
        taken
    }

    /// The entry was removed, or replaced by a newer one.
    pub(super) fn forget(&self, key: &Key) {
        if self.waiting.count.load(Ordering::Acquire) > 0 {
            self.waiting.forget(key, u64::MAX);
        }
    }

    /// Tries once more, for the last time; returns how many keys are left.
    pub(super) async fn finish(&self) -> usize {
        self.task.finish(Duration::ZERO).await;
        self.waiting.round().await;
        self.waiting.count.load(Ordering::Acquire)
    }

    /// Sees to it that the task is running.
    fn try_again(&self) {
        let waiting = Arc::clone(&self.waiting);
        self.task.spawn(async move { waiting.run().await });
    }
}

impl Waiting {
    async fn run(&self) {
        let mut pause = SHORTEST_PAUSE;
        while self.count.load(Ordering::Acquire) > 0 && clock::pause(pause.mul_f64(0.5 + 0.5 * fastrand::f64())).await {
            pause = if self.round().await { SHORTEST_PAUSE } else { LONGEST_PAUSE.min(pause * 2) };
        }
    }

    /// Tries every key once; `true` when one of them went through. Ends early where the store does not answer.
    async fn round(&self) -> bool {
        let waiting: Vec<_> = self.keys().iter().map(|(key, number)| (key.clone(), *number)).collect();
        let mut removed = 0_usize;
        for (key, number) in waiting {
            match self.store.remove(&key, self.patience).await {
                Ok(()) => {
                    self.forget(&key, number);
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

    /// Takes `key` out, unless it has failed again since its number was this one.
    fn forget(&self, key: &Key, number: u64) {
        let mut keys = self.keys();
        if keys.get(key).is_some_and(|&latest| latest <= number) {
            keys.remove(key);
            self.count.store(keys.len(), Ordering::Release);
        }
    }

    fn keys(&self) -> MutexGuard<'_, HashMap<Key, u64, RandomState>> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_out_of_reach(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Unavailable | ErrorKind::Timeout)
}

impl fmt::Debug for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Waiting").field("keys", &self.count).finish_non_exhaustive()
    }
}
