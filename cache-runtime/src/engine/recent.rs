//! Invalidations that have just gone through: a store that was gone and is back may have lost them.
//!
//! A primary that dies can take along what it had not yet sent to the replica that takes its place. So what was removed
//! shortly before is removed again, whenever the store is reached anew. That is always right: the price is a load. What the
//! new primary does not remove, as long as it has not taken its place, is an invalidation that failed.
//!
//! A task does that for all of them. Who is about to read an entry that is not yet removed again does not wait for it, and
//! does the same for this one.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::{StreamExt, stream};
use tokio::sync::watch;

use super::recall::{Recall, is_out_of_reach};
use super::removals::{KEPT, Owed, Removals};
use crate::chore::Chore;
use crate::clock;
use crate::key::Key;
use crate::store::{Returns, Store};

/// So many are sent again at a time: there must be room for what else is asked of a store that has just come back.
const AT_A_TIME: usize = 64;

/// The latest invalidations.
#[derive(Debug)]
pub(super) struct Recent {
    /// `None`: the store is never gone.
    memory: Option<Arc<Memory>>,
    /// Waiting for the store to come back, as long as there is something to remember.
    chore: Chore,
}

struct Memory {
    store: Arc<dyn Store>,
    patience: Duration,
    /// Takes in what the store does not remove.
    recall: Arc<Recall>,
    returns: Arc<Returns>,
    /// The store came back while a removal was under way.
    overtaken: watch::Sender<()>,
    removals: Mutex<Removals>,
    /// After so many returns, nothing is owed: mostly as many as there were, which costs a reader two loads.
    settled: AtomicU64,
}

/// What became of a removal that was sent again.
enum Sent {
    Removed,
    /// The recall has it.
    Failed,
    /// There is no room for it.
    Lost,
}

impl Recent {
    pub(super) fn new(store: Arc<dyn Store>, patience: Duration, recall: Arc<Recall>) -> Self {
        let memory = store.returns().map(|returns| {
            let (overtaken, removals, settled) = (watch::Sender::new(()), Mutex::default(), AtomicU64::new(0));
            Arc::new(Memory { store, patience, recall, returns, overtaken, removals, settled })
        });
        Self { memory, chore: Chore::new() }
    }

    /// How often the store has come back until now: to be asked before a removal is sent, and around a read. If it is the same
    /// before and after that, the answer is of a store that knows what was removed before.
    pub(super) fn returns(&self) -> u64 {
        self.memory.as_ref().map_or(0, |memory| memory.returns.count())
    }

    /// Remembers that `key` was removed by what was sent after so many returns of the store.
    pub(super) fn note(&self, key: &Key, sent: u64) {
        if let Some(memory) = &self.memory {
            memory.note(key, sent);
            self.watch(memory);
        }
    }

    /// Whether something may have to be removed again, after so many returns of the store.
    pub(super) fn may_owe(&self, returns: u64) -> bool {
        self.memory.as_ref().is_some_and(|memory| memory.settled.load(Ordering::Acquire) != returns)
    }

    /// Removes again those of `keys` for which that is owed after so many returns. What does not go through is in the recall.
    pub(super) async fn make_good(&self, keys: impl Iterator<Item = &Key>, returns: u64, within: Duration) {
        let Some(memory) = &self.memory else { return };
        let owed = memory.owed(keys, returns);
        if owed.is_empty() {
            return;
        }
        // Its task is left with the runtime on which it was noted, and this may be another one.
        self.watch(memory);
        let deadline = clock::now() + within;
        for owed in &owed {
            memory.send_again(owed, returns, clock::until(deadline)).await;
        }
    }

    fn watch(&self, memory: &Arc<Memory>) {
        let (memory, asked) = (Arc::clone(memory), Arc::clone(memory));
        let work = move || Watch::new(&memory).run();
        self.chore.see_to_it(work, move || !asked.removals().is_empty());
    }

    /// Stops remembering.
    pub(super) async fn finish(&self) {
        self.chore.finish().await;
    }
}

impl Memory {
    fn note(&self, key: &Key, sent: u64) {
        let mut removals = self.removals();
        removals.note(key, sent);
        if sent < self.settled.load(Ordering::Relaxed) {
            self.settled.store(sent, Ordering::Release);
        }
        drop(removals);
        if sent < self.returns.count() {
            self.overtaken.send_replace(());
        }
    }

    /// Those of `keys` that are owed after so many returns.
    fn owed<'a>(&self, keys: impl Iterator<Item = &'a Key>, returns: u64) -> Vec<Owed> {
        let removals = self.removals();
        if removals.is_empty() {
            self.settle(returns);
        }
        keys.filter_map(|key| removals.owed(key, returns)).collect()
    }

    /// All that are owed after so many returns. `None` when nothing is left that is worth remembering, and the task is to end.
    fn all_owed(&self, returns: u64) -> Option<Vec<Owed>> {
        let mut removals = self.removals();
        removals.forget_old(returns);
        let owed = removals.all_owed(returns);
        if owed.is_empty() {
            self.settle(returns);
        }
        (!removals.is_empty()).then_some(owed)
    }

    /// Nothing is owed after so many returns. To be called under the lock under which that was found.
    fn settle(&self, returns: u64) {
        self.settled.fetch_max(returns, Ordering::Release);
    }

    /// Returns as well whether the store was there.
    async fn send_again(&self, owed: &Owed, returns: u64, within: Duration) -> (Sent, bool) {
        match self.store.remove(&owed.key, within).await {
            Ok(()) => {
                // Not before: whoever does it can be dropped under it.
                self.removals().sent(owed, returns);
                (Sent::Removed, true)
            }
            Err(error) => (self.failed(owed, returns), !is_out_of_reach(&error)),
        }
    }

    fn failed(&self, owed: &Owed, returns: u64) -> Sent {
        let sent = if self.recall.add(&owed.key) { Sent::Failed } else { Sent::Lost };
        // From here on it is the recall that tells readers.
        self.removals().sent(owed, returns);
        sent
    }

    fn removals(&self) -> MutexGuard<'_, Removals> {
        self.removals.lock().unwrap_or_else(PoisonError::into_inner)
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
        let (returns, overtaken) = (memory.returns.subscribe(), memory.overtaken.subscribe());
        Self { memory: Arc::clone(memory), returns, overtaken }
    }

    /// Runs until nothing is left to remember.
    async fn run(mut self) -> bool {
        loop {
            let returns = *self.returns.borrow_and_update();
            self.overtaken.mark_unchanged();
            let Some(owed) = self.memory.all_owed(returns) else { return true };
            if !owed.is_empty() {
                self.send_again(owed, returns).await;
                continue;
            }
            let _ = clock::at_most(KEPT, clock::before(self.returns.changed(), self.overtaken.changed())).await;
        }
    }

    async fn send_again(&self, owed: Vec<Owed>, returns: u64) {
        let (all, memory, is_there) = (owed.len(), &self.memory, &AtomicBool::new(true));
        let sending = stream::iter(owed).map(|owed| async move {
            // Gone again, or not quite there yet: the others need not be tried now.
            if !is_there.load(Ordering::Relaxed) {
                return memory.failed(&owed, returns);
            }
            let (sent, answers) = memory.send_again(&owed, returns, memory.patience).await;
            is_there.fetch_and(answers, Ordering::Relaxed);
            sent
        });
        let (mut removed, mut failed, mut lost) = (0_usize, 0_usize, 0_usize);
        let mut sending = Box::pin(sending.buffer_unordered(AT_A_TIME));
        while let Some(sent) = sending.next().await {
            match sent {
                Sent::Removed => removed += 1,
                Sent::Failed => failed += 1,
                Sent::Lost => lost += 1,
            }
        }
        tracing::info!(target: "cache_runtime", removed, of = all, "the store is back; the latest invalidations were sent again");
        if failed + lost > 0 {
            tracing::error!(target: "cache_runtime", failed, lost, "the store is back and does not take all invalidations; those entries are not used in this process until it has removed them, except where too many others are waiting already");
        }
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory").field("removals", &self.removals().len()).finish_non_exhaustive()
    }
}
