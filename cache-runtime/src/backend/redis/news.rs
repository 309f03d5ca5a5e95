//! How the processes that use a namespace tell each other of changes, and who listens in this one.

use std::fmt::Write;
use std::sync::{Arc, OnceLock};

use super::said::Said;
use crate::error::Error;
use crate::key::Key;
use crate::random;
use crate::store::{Listener, NearFeed};

/// The wishes of a cache, for the connections of all its runtimes.
pub(crate) struct News {
    feed: NearFeed,
    /// Channels have nothing to do with databases: a namespace hears of its namesakes in all of them, which costs it reads.
    channel: Key,
    listener: OnceLock<Arc<dyn Listener>>,
    said: Said,
}

impl News {
    pub(crate) fn new(namespace: &str, feed: NearFeed) -> Self {
        Self { feed, channel: Key::of_channel(namespace), listener: OnceLock::new(), said: Said::default() }
    }

    /// To be called before there are connections.
    pub(super) fn listen(&self, listener: Arc<dyn Listener>) {
        let _ = self.listener.set(listener);
    }

    pub(super) fn listener(&self) -> Option<&Arc<dyn Listener>> {
        self.listener.get()
    }

    pub(super) fn feed(&self) -> NearFeed {
        self.feed
    }

    pub(super) fn said(&self) -> &Said {
        &self.said
    }

    /// Where changes are told.
    pub(super) fn channel(&self) -> &str {
        self.channel.as_str()
    }

    /// A channel of which nobody else knows.
    pub(super) fn private_channel(&self) -> Result<String, Error> {
        let mut name = format!("{}:", self.channel);
        for byte in random::bytes::<16>()? {
            let _ = write!(name, "{byte:02x}");
        }
        Ok(name)
    }
}
