//! How often the server was found again after a connection to it was lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::watch;

/// Counts for all links of one store.
pub(super) struct Returns {
    count: watch::Sender<u64>,
    /// A connection was lost, and none was made since.
    is_lost: AtomicBool,
}

impl Returns {
    pub(super) fn none() -> Arc<Self> {
        Arc::new(Self { count: watch::Sender::new(0), is_lost: AtomicBool::new(false) })
    }

    pub(super) fn subscribe(&self) -> watch::Receiver<u64> {
        self.count.subscribe()
    }

    /// Another server has taken the place of one.
    pub(super) fn happened(&self) {
        self.count.send_modify(|count| *count += 1);
    }
}

/// The part of one link.
pub(super) struct Lost {
    returns: Arc<Returns>,
    /// This link has lost a connection. Each link counts its own: the others may have found the old server again, this one
    /// the server that took its place.
    is_again: AtomicBool,
}

impl Lost {
    pub(super) fn none(returns: &Arc<Returns>) -> Self {
        Self { returns: Arc::clone(returns), is_again: AtomicBool::new(false) }
    }

    pub(super) fn lost(&self) {
        self.is_again.store(true, Ordering::Relaxed);
        self.returns.is_lost.store(true, Ordering::Relaxed);
    }

    pub(super) fn connected(&self) {
        // The link that lost its connection may be gone with its runtime: then another makes good for it.
        let is_owed = self.returns.is_lost.swap(false, Ordering::Relaxed);
        if self.is_again.swap(false, Ordering::Relaxed) || is_owed {
            self.returns.happened();
        }
    }
}
