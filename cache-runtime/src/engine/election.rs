//! One reload per key over all processes: those that find an entry due elect the one that loads, at `key%~r`.
//!
//! The election saves work and guards nothing: a reload compares before it sets.

use std::time::Duration;

use bytes::Bytes;

use super::lease::{Claim, Ground, LEASE, Lease};
use super::placeholder::Placeholder;
use super::state::Engine;
use crate::error::Error;
use crate::key::Key;
use crate::store::{Query, Tags};

/// How an election went.
pub(super) enum Election {
    Won(Lease),
    /// Another process loads, and has told so for at most so long.
    Lost(Bytes, Duration),
    /// Another process has failed to load, and lets the origin rest.
    Resting,
    /// It was over in this moment: whoever won has loaded, or given up.
    Over,
    /// The store refused, or did not answer.
    Failed,
}

/// Where it is decided who reloads the entry at `key`.
pub(super) fn election(key: &Key) -> Key {
    key.beside("r")
}

impl Engine {
    /// Tries to be the one that reloads the entry at `key`.
    pub(super) async fn elect(&self, key: &Key) -> Election {
        let (at, within) = (election(key), self.settings.operation_timeout);
        match self.claim(&at, Ground::Free, within).await {
            Claim::Won(lease) => return Election::Won(lease),
            Claim::Failed(_) => return Election::Failed,
            Claim::Lost => {}
        }
        match self.rival(&at).await {
            Ok(Election::Lost(seen, life)) if life > LEASE => {
                // Nobody that will ever end it, and nothing that we would have written.
                match self.claim(&at, Ground::Over(&seen), within).await {
                    Claim::Won(lease) => Election::Won(lease),
                    Claim::Lost => Election::Over,
                    Claim::Failed(_) => Election::Failed,
                }
            }
            Ok(other) => other,
            Err(_) => Election::Failed,
        }
    }

    /// Who was quicker.
    async fn rival(&self, at: &Key) -> Result<Election, Error> {
        let query = Query { key: at, life: true, keep: false, tags: Tags::NONE };
        let found = self.store.get(query, self.settings.operation_timeout).await?;
        Ok(match (found.bytes, found.life) {
            (None, _) => Election::Over,
            (Some(seen), Some(_)) if Placeholder::is_resting(&seen) => Election::Resting,
            (Some(seen), Some(life)) if Placeholder::is_loading(&seen) => Election::Lost(seen, life),
            (Some(foreign), _) => Election::Lost(foreign, Duration::MAX),
        })
    }
}
