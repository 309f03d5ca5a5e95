//! What is believed of kept values where Redis does not tell of changes.

use std::sync::Arc;

use crate::clock::Tick;
use crate::store::{Coherence, Feed, Pledge};

/// The two ways to keep values where Redis does not tell of changes. One of them is believed at most.
#[derive(Clone)]
pub(super) struct Feeds {
    told: Arc<Feed>,
    untold: Arc<Feed>,
}

impl Feeds {
    pub(super) fn silent() -> Self {
        Self { told: Feed::new(Coherence::Channel), untold: Feed::new(Coherence::Expiry) }
    }

    pub(super) fn pledge(&self, now: Tick) -> Option<Pledge> {
        self.told.pledge(now).or_else(|| self.untold.pledge(now))
    }

    pub(super) fn coherence(&self, now: Tick) -> Coherence {
        match self.told.coherence(now) {
            Coherence::None => self.untold.coherence(now),
            coherence => coherence,
        }
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
