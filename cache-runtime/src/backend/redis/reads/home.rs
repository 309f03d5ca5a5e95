//! Where the reads of a thread queue up.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::runtime::{Handle, Id};
use tokio::sync::oneshot;

use super::driver::Reads;
use super::queue::{Queue, Reply};
use crate::store::Query;

/// So many queues a thread remembers: it seldom has more than one cache and one runtime.
const REMEMBERED: usize = 4;

thread_local! {
    static QUEUES: RefCell<Vec<(u64, Id, Arc<Queue>)>> = const { RefCell::new(Vec::new()) };
}

/// A store, as threads remember it.
pub(in crate::backend::redis) struct Home {
    /// Never used again, other than an address.
    number: u64,
}

impl Home {
    pub(in crate::backend::redis) fn new() -> Self {
        static HOMES: AtomicU64 = AtomicU64::new(0);
        Self { number: HOMES.fetch_add(1, Ordering::Relaxed) }
    }

    /// Takes a turn in the queue that this thread has used before on the runtime it is in, if it is one with others: all that
    /// is shared with other threads then is the queue.
    pub(in crate::backend::redis) fn turn(
        &self,
        query: Query<'_>,
        within: Duration,
    ) -> Option<oneshot::Receiver<Reply>> {
        if query.keep {
            // On another connection, perhaps.
            return None;
        }
        let runtime = Handle::try_current().ok()?.id();
        QUEUES
            .try_with(|queues| {
                let queues = queues.try_borrow().ok()?;
                let (_, _, queue) = queues.iter().find(|(home, id, _)| (*home, *id) == (self.number, runtime))?;
                queue.turn_together(query, within)
            })
            .ok()
            .flatten()
    }

    /// Has this thread remember the queue of `reads`, which are those of the runtime it is in.
    pub(in crate::backend::redis) fn remember(&self, reads: &Reads) {
        let (true, Ok(runtime)) = (reads.are_driven(), Handle::try_current()) else { return };
        let here = (self.number, runtime.id());
        let _ = QUEUES.try_with(|queues| {
            let Ok(mut queues) = queues.try_borrow_mut() else { return };
            let is_it = |at: &(u64, Id, Arc<Queue>)| (at.0, at.1) == here && Arc::ptr_eq(&at.2, reads.queue());
            if queues.iter().any(is_it) {
                return;
            }
            queues.retain(|(home, id, queue)| queue.is_driven() && (*home, *id) != here);
            queues.truncate(REMEMBERED - 1);
            queues.insert(0, (here.0, here.1, Arc::clone(reads.queue())));
        });
    }
}
