//! What the other connections of a runtime, and who speaks on it, have to know of the plain one.

use std::sync::Arc;

use tokio::sync::watch;

/// Counts the plain connections. What was found on one of them need not be true on the next, which may be to another server.
pub(super) struct Bond {
    losses: watch::Sender<u64>,
}

impl Bond {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self { losses: watch::Sender::new(0) })
    }

    /// How many connections were lost. Counted before the next one is made: as long as this is the same, so is the connection.
    pub(super) fn losses(&self) -> u64 {
        *self.losses.borrow()
    }

    /// The connection is lost.
    pub(super) fn lost(&self) {
        self.losses.send_modify(|losses| *losses += 1);
    }
}
