//! The two connections of one tokio runtime: one to ask on, and one on which it is told of changes.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::runtime::Handle;

use super::endpoint::Endpoint;
use super::link::Link;
use super::plain::Plain;
use super::returns::Returns;
use super::tracking::Tracking;
use super::waiters::{Waiter, Waiters};
use crate::key::Key;

pub(super) struct Lines {
    endpoint: Endpoint,
    runtime: Handle,
    patience: Duration,
    plain: Link,
    /// Opened by the first who waits for a change.
    told: OnceLock<Told>,
}

/// The second connection, and who listens on it.
pub(super) struct Told {
    link: Link,
    waiters: Arc<Waiters>,
}

impl Lines {
    /// Begins to connect. `patience` is how long a caller may have to wait before the breaker opens.
    pub(super) fn open(endpoint: &Endpoint, returns: &Arc<Returns>, runtime: Handle, patience: Duration) -> Self {
        let plain = Link::open(Plain::new(endpoint, returns), &runtime, patience);
        Self { endpoint: endpoint.clone(), runtime, patience, plain, told: OnceLock::new() }
    }

    /// Whether the runtime that drives them is still there.
    pub(super) fn are_alive(&self) -> bool {
        self.plain.is_alive()
    }

    pub(super) fn plain(&self) -> &Link {
        &self.plain
    }

    pub(super) fn told(&self) -> &Told {
        self.told.get_or_init(|| {
            let waiters = Arc::default();
            let link = Link::open(Tracking::new(&self.endpoint, &waiters), &self.runtime, self.patience);
            Told { link, waiters }
        })
    }

    /// Sends those home who wait for a change. What is being asked has its answer yet.
    pub(super) fn close(&self) {
        if let Some(told) = self.told.get() {
            told.link.close();
        }
    }
}

impl Told {
    pub(super) fn link(&self) -> &Link {
        &self.link
    }

    /// From now on no change of `key` is missed.
    pub(super) fn register(&self, key: &Key) -> Waiter {
        self.waiters.register(key.as_str().as_bytes())
    }

    #[cfg(test)]
    pub(super) fn nobody_waits(&self) -> bool {
        self.waiters.is_empty()
    }
}
