//! The two connections of one tokio runtime: one to ask on, and one on which it is told of changes.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::runtime::Handle;

use super::endpoint::Endpoint;
use super::link::Link;
use super::plain::Plain;
use super::returns::Returns;
use super::tracking::{Ears, Tracking};
use super::waiters::{Waiter, Waiters};
use crate::clock::Tick;
use crate::key::Key;
use crate::store::{Coherence, Feed, Listener, Pledge};

pub(super) struct Lines {
    endpoint: Endpoint,
    runtime: Handle,
    patience: Duration,
    plain: Link,
    /// Opened by the first who waits for a change, or keeps what it reads.
    told: OnceLock<Told>,
    listener: Option<Arc<dyn Listener>>,
}

/// The second connection, and who listens on it.
pub(super) struct Told {
    link: Link,
    waiters: Arc<Waiters>,
    feed: Arc<Feed>,
}

impl Lines {
    /// Begins to connect. `patience` is how long a caller may have to wait before the breaker opens.
    pub(super) fn open(
        endpoint: &Endpoint,
        returns: &Arc<Returns>,
        listener: Option<Arc<dyn Listener>>,
        runtime: Handle,
        patience: Duration,
    ) -> Self {
        let plain = Link::open(Plain::new(endpoint, returns), &runtime, patience);
        Self { endpoint: endpoint.clone(), runtime, patience, plain, told: OnceLock::new(), listener }
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
            let (waiters, feed) = (Arc::default(), Feed::new(Coherence::Tracking));
            let (listener, ears) = (self.listener.clone(), (Arc::clone(&waiters), Arc::clone(&feed)));
            let ears = Ears { waiters: ears.0, feed: ears.1, listener };
            let link = Link::open(Tracking::new(&self.endpoint, ears), &self.runtime, self.patience);
            Told { link, waiters, feed }
        })
    }

    /// Where to read what is to be kept, and the word of the server that goes with it. Nobody waits for that: without it,
    /// what is read is not kept.
    pub(super) fn kept(&self) -> (&Link, Option<Pledge>) {
        let told = self.told();
        match told.feed.pledge(Tick::now()) {
            Some(pledge) if told.link.is_up() => (&told.link, Some(pledge)),
            _ => (&self.plain, None),
        }
    }

    /// How changes are told.
    pub(super) fn coherence(&self) -> Coherence {
        self.told.get().map_or(Coherence::None, |told| told.feed.coherence(Tick::now()))
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
