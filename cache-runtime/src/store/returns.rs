//! How often a store has come back.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::watch;

/// Counts how often a store was reached again after it had been out of reach, or may have become another one: what was
/// removed shortly before may be back.
///
/// A return is counted before the store is asked anything again, so that whoever has an answer can tell whether it may be of
/// another store than the one that heard the latest removals. It is told when the store can be asked.
#[derive(Debug)]
pub(crate) struct Returns {
    count: AtomicU64,
    told: watch::Sender<u64>,
}

impl Returns {
    pub(crate) fn none() -> Arc<Self> {
        Arc::new(Self { count: AtomicU64::new(0), told: watch::Sender::new(0) })
    }

    /// How often, until now.
    pub(crate) fn count(&self) -> u64 {
        self.count.load(Ordering::Acquire)
    }

    /// The store is back, and nobody has asked it anything yet.
    pub(crate) fn add(&self) {
        self.count.fetch_add(1, Ordering::AcqRel);
    }

    /// Whoever waits for the store to come back hears of what was counted.
    pub(crate) fn tell(&self) {
        self.told.send_if_modified(|told| {
            let before = *told;
            *told = before.max(self.count());
            *told != before
        });
    }

    /// Hears of the returns, each when the store can be asked.
    pub(crate) fn subscribe(&self) -> watch::Receiver<u64> {
        self.told.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_return_is_counted_first_and_told_once() {
        let returns = Returns::none();
        let mut told = returns.subscribe();
        returns.add();
        assert_eq!((returns.count(), told.has_changed().unwrap()), (1, false));
        returns.tell();
        assert_eq!(*told.borrow_and_update(), 1);
        returns.tell();
        assert!(!told.has_changed().unwrap(), "nothing is new");
    }
}
