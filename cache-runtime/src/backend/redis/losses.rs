//! Connections to the server that were lost, and each time that it was found again after that.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::store::Returns;

/// Those of all links of one store.
pub(super) struct Losses {
    returns: Arc<Returns>,
    /// A connection was lost, and none was made since.
    is_lost: AtomicBool,
}

impl Losses {
    pub(super) fn none() -> Arc<Self> {
        Arc::new(Self { returns: Returns::none(), is_lost: AtomicBool::new(false) })
    }

    /// How often the server was found again.
    pub(super) fn returns(&self) -> &Arc<Returns> {
        &self.returns
    }
}

/// The part of one link.
pub(super) struct Lost {
    losses: Arc<Losses>,
    /// This link has lost a connection. Each link counts its own: the others may have found the old server again, this one
    /// the server that took its place.
    is_again: AtomicBool,
}

impl Lost {
    pub(super) fn none(losses: &Arc<Losses>) -> Self {
        Self { losses: Arc::clone(losses), is_again: AtomicBool::new(false) }
    }

    pub(super) fn lost(&self) {
        self.is_again.store(true, Ordering::Relaxed);
        self.losses.is_lost.store(true, Ordering::Relaxed);
    }

    /// There is a connection again, which nobody uses yet.
    pub(super) fn made(&self) {
        // The link that lost its connection may be gone with its runtime: then another makes good for it.
        let is_owed = self.losses.is_lost.swap(false, Ordering::Relaxed);
        if self.is_again.swap(false, Ordering::Relaxed) || is_owed {
            self.losses.returns.add();
        }
    }

    /// The connection is in use.
    pub(super) fn connected(&self) {
        self.losses.returns.tell();
    }
}
