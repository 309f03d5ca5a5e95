//! The channel on which processes tell each other of changes, where Redis does not do it, as one tokio runtime hears it.

use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use super::listening::Listening;
use crate::clock::Tick;
use crate::store::{Coherence, Feed, Pledge};

/// What is heard on the channel, if there is one just now. Dropping it closes the connection.
pub(super) struct Channel {
    feeds: Feeds,
    task: JoinHandle<()>,
}

/// The two ways to keep values where Redis does not tell of changes. One of them is believed at most.
#[derive(Clone)]
pub(super) struct Feeds {
    told: Arc<Feed>,
    untold: Arc<Feed>,
}

impl Channel {
    pub(super) fn open(listening: Listening, runtime: &Handle) -> Self {
        let feeds = listening.feeds().clone();
        Self { feeds, task: runtime.spawn(listening.run()) }
    }

    pub(super) fn pledge(&self, now: Tick) -> Option<Pledge> {
        self.feeds.told.pledge(now).or_else(|| self.feeds.untold.pledge(now))
    }

    pub(super) fn coherence(&self, now: Tick) -> Coherence {
        match self.feeds.told.coherence(now) {
            Coherence::None => self.feeds.untold.coherence(now),
            coherence => coherence,
        }
    }

    pub(super) fn close(&self) {
        self.task.abort();
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.close();
    }
}

impl Feeds {
    pub(super) fn silent() -> Self {
        Self { told: Feed::new(Coherence::Channel), untold: Feed::new(Coherence::Expiry) }
    }

    /// What was told on the channel at `asked` was heard.
    pub(super) fn heard(&self, asked: Tick) {
        self.told.heard(asked);
        self.untold.fall_silent();
    }

    /// Something was told that nobody understands.
    pub(super) fn interrupt(&self) {
        self.told.interrupt();
    }

    /// There is no channel just now.
    pub(super) fn lost(&self) {
        self.told.fall_silent();
    }

    /// There will be none.
    pub(super) fn refused(&self) {
        self.untold.need_not_be_heard();
    }

    /// Nobody is here to listen.
    pub(super) fn fall_silent(&self) {
        self.told.fall_silent();
        self.untold.fall_silent();
    }
}
