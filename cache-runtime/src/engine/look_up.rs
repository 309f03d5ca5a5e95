//! Asking the store for one entry.

use super::budget::Budget;
use super::request::Request;
use super::state::Engine;
use crate::error::Error;
use crate::observe::Event;
use crate::value::{Content, open};

/// What the store knows.
pub(super) enum LookUp {
    Found(Content),
    Nothing,
    /// The store did not answer: the call goes on without it.
    Unknown(Error),
}

impl Engine {
    /// Reads and opens the entry of `request`. `accepts_absent`: whether a remembered "nothing there" is an answer.
    pub(super) async fn look_up(&self, request: &Request, accepts_absent: bool, budget: &mut Budget) -> LookUp {
        match budget.spend(|within| self.store.get(&request.key, within)).await {
            Ok(Some(bytes)) => self.opened(request, &bytes, accepts_absent),
            Ok(None) => LookUp::Nothing,
            Err(error) => {
                self.tell(Event::FailedOpen { kind: error.kind() });
                tracing::debug!(target: "cache_runtime", function = request.spec.name, key = %request.key, %error, "read failed");
                LookUp::Unknown(error)
            }
        }
    }

    fn opened(&self, request: &Request, bytes: &[u8], accepts_absent: bool) -> LookUp {
        match open(request.value_type, request.key.as_str(), bytes, request.encoding) {
            Ok(opened) => match opened.content {
                Content::Absent if !accepts_absent => LookUp::Nothing,
                content => {
                    self.tell(if matches!(content, Content::Absent) { Event::AbsentHit } else { Event::Hit });
                    LookUp::Found(content)
                }
            },
            Err(mismatch) => {
                self.tell(Event::Mismatch { what: mismatch.label() });
                tracing::debug!(target: "cache_runtime", function = request.spec.name, key = %request.key, what = mismatch.label(), "stored value not usable");
                LookUp::Nothing
            }
        }
    }
}
