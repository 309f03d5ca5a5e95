//! Invalidations that have just gone through: a store that was gone and is back may have lost them.
//!
//! A primary that dies can take along what it had not yet sent to the replica that takes its place. So what was removed
//! shortly before is removed again, whenever the store is reached anew. That is always right: the price is a load. What the
//! new primary does not remove, as long as it has not taken its place, is an invalidation that failed.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use super::recall::{Recall, is_out_of_reach};
use crate::chore::Chore;
use crate::clock::{self, Instant};
use crate::key::Key;
use crate::store::Store;

/// How long an invalidation is remembered: longer than a failover takes.
const KEPT: Duration = Duration::from_secs(30);
/// So many are remembered, and the latest of them.
const MOST_KEYS: usize = 10_000;

/// The latest invalidations.
#[derive(Debug)]
pub(super) struct Recent {
    memory: Arc<Memory>,
    /// Waiting for the store to come back, as long as there is something to remember.
    chore: Chore,
}

struct Memory {
    store: Arc<dyn Store>,
    patience: Duration,
    /// Takes in what the store does not remove.
    recall: Arc<Recall>,
    returns: watch::Receiver<u64>,
    /// The store came back while a removal was under way.
    overtaken: watch::Sender<()>,
    keys: Mutex<Keys>,
}

#[derive(Default)]
struct Keys {
    /// Oldest first.
    removed: VecDeque<Removal>,
    /// How many there have been.
    numbers: u64,
}

struct Removal {
    number: u64,
    when: Instant,
    key: Key,
    /// How often the store had come back before this was sent the last time.
    sent: u64,
}

impl Recent {
    pub(super) fn new(store: Arc<dyn Store>, patience: Duration, recall: Arc<Recall>) -> Self {
        let returns = store.returns();
        let (overtaken, keys) = (watch::Sender::new(()), Mutex::default());
        let memory = Memory { store, patience, recall, returns, overtaken, keys };
        Self { memory: Arc::new(memory), chore: Chore::new() }
    }

    /// How often the store has come back until now: to be asked before a removal is sent.
    pub(super) fn returns(&self) -> u64 {
        *self.memory.returns.borrow()
    }

    /// Remembers that `key` was removed by what was sent after so many returns of the store.
    pub(super) fn note(&self, key: &Key, sent: u64) {
        if self.memory.returns.has_changed().is_err() {
            // A store that is never gone.
            return;
        }
        let mut keys = self.memory.keys();
        if keys.removed.len() == MOST_KEYS {
            keys.removed.pop_front();
        }
        keys.numbers += 1;
        let number = keys.numbers;
        keys.removed.push_back(Removal { number, when: clock::now(), key: key.clone(), sent });
        drop(keys);
        if sent < self.returns() {
            self.memory.overtaken.send_replace(());
        }
        self.watch();
    }

    fn watch(&self) {
        let (memory, asked) = (Arc::clone(&self.memory), Arc::clone(&self.memory));
        let work = move || Watch::new(&memory).run();
        self.chore.see_to_it(work, move || !asked.keys().removed.is_empty());
    }

    /// Stops remembering.
    pub(super) async fn finish(&self) {
        self.chore.finish().await;
    }
}

impl Memory {
    /// What is to be sent again, as the store has come back since: so often until now. `None` when nothing is left that is
    /// worth remembering, and the task is to end.
    fn due(&self, returns: u64) -> Option<Vec<(u64, Key)>> {
        let mut keys = self.keys();
        keys.removed.retain(|removal| clock::since(removal.when) < KEPT);
        if keys.removed.is_empty() {
            return None;
        }
        let mut due = Vec::new();
        for removal in keys.removed.iter().filter(|removal| removal.sent < returns) {
            due.push((removal.number, removal.key.clone()));
        }
        Some(due)
    }

    /// What was due up to this one was sent again, after so many returns. Not before: the task can end under it.
    fn done(&self, last: u64, returns: u64) {
        for removal in self.keys().removed.iter_mut().filter(|removal| removal.number <= last) {
            removal.sent = removal.sent.max(returns);
        }
    }

    fn keys(&self) -> MutexGuard<'_, Keys> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The task of one runtime.
struct Watch {
    memory: Arc<Memory>,
    returns: watch::Receiver<u64>,
    overtaken: watch::Receiver<()>,
}

impl Watch {
    fn new(memory: &Arc<Memory>) -> Self {
        Self { memory: Arc::clone(memory), returns: memory.returns.clone(), overtaken: memory.overtaken.subscribe() }
    }

    /// Runs until nothing is left to remember. `false`: the store will not come back any more.
    async fn run(mut self) -> bool {
        loop {
            let returns = *self.returns.borrow_and_update();
            self.overtaken.mark_unchanged();
            let Some(due) = self.memory.due(returns) else { return true };
            if let Some(&(last, _)) = due.last() {
                self.remove(&due).await;
                self.memory.done(last, returns);
            }
            let news = clock::before(self.returns.changed(), self.overtaken.changed());
            if let Some(Some(Err(_gone))) = clock::at_most(KEPT, news).await {
                return false;
            }
        }
    }

    async fn remove(&self, keys: &[(u64, Key)]) {
        let (mut removed, mut failed, mut lost, mut is_there) = (0_usize, 0_usize, 0_usize, true);
        for (_, key) in keys {
            let answer = if is_there { Some(self.memory.store.remove(key, self.memory.patience).await) } else { None };
            match answer {
                Some(Ok(())) => {
                    removed += 1;
                    continue;
                }
                // Gone again, or not quite there yet: the others need not be tried now.
                Some(Err(error)) => is_there = !is_out_of_reach(&error),
                None => {}
            }
            if self.memory.recall.add(key) {
                failed += 1;
            } else {
                lost += 1;
            }
        }
        tracing::info!(target: "cache_runtime", removed, of = keys.len(), "the store is back; the latest invalidations were sent again");
        if failed + lost > 0 {
            tracing::error!(target: "cache_runtime", failed, lost, "the store is back and does not take all invalidations; those entries are not used in this process until it has removed them, except where too many others are waiting already");
        }
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory").field("removed", &self.keys().removed.len()).finish_non_exhaustive()
    }
}
