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
    namespace: String,
    feed: NearFeed,
    /// Channels have nothing to do with databases: a namespace hears of its namesakes in all of them, which costs it reads.
    channel: Key,
    listener: OnceLock<Arc<dyn Listener>>,
    said: Said,
}

impl News {
    pub(crate) fn new(namespace: &str, feed: NearFeed) -> Self {
        let (namespace, channel) = (namespace.to_owned(), Key::of_channel(namespace));
        Self { namespace, feed, channel, listener: OnceLock::new(), said: Said::default() }
    }

    /// The same, and the channel is not used. What is published to one node of a cluster reaches the others too, but nobody
    /// says whether anybody listens there.
    pub(super) fn without_channel(self) -> Self {
        Self { feed: NearFeed::Tracking, ..self }
    }

    /// To be called before there are connections.
    pub(super) fn listen(&self, listener: Arc<dyn Listener>) {
        let _ = self.listener.set(listener);
    }

    pub(super) fn namespace(&self) -> &str {
        &self.namespace
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
