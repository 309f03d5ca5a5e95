//! What travels to a process on its wire.

use super::flaws::Flaw;
use crate::clock::Tick;

/// In the keys of what is no entry, and in no other.
const OWN: &str = "%~";

/// One of the things that arrive in the order in which they were sent.
#[derive(Debug)]
pub(super) enum Item {
    /// The answer for which the turn with this number waits.
    Answer(u64),
    /// What is at this key has changed.
    Change(String),
    /// Everything is gone.
    Flush,
    /// The answer to a question for a sign of life.
    Life(Tick),
}

impl Item {
    /// The turn whose answer it is.
    pub(super) fn answered(&self) -> Option<u64> {
        if let Self::Answer(turn) = self { Some(*turn) } else { None }
    }

    /// Whether it tells of a change.
    pub(super) fn is_news(&self) -> bool {
        matches!(self, Self::Change(_) | Self::Flush)
    }

    /// Whether a process with that flaw does not hear of it.
    pub(super) fn is_missed(&self, flaw: Option<Flaw>, is_reading: bool) -> bool {
        match (self, flaw) {
            (Self::Change(_), Some(Flaw::DeafWhileReading)) => is_reading,
            (Self::Change(key), Some(Flaw::DeafToTags)) => key.contains(OWN),
            (Self::Flush, Some(Flaw::DeafToFlushes)) => true,
            _ => false,
        }
    }

    /// What happens to the process when it arrives.
    pub(super) fn told(&self) -> &'static str {
        match self {
            Self::Answer(_) => "has an answer",
            Self::Change(key) if key.contains(OWN) => "is told of a change of a tag",
            Self::Change(_) => "is told of a change of the entry",
            Self::Flush => "is told that everything is gone",
            Self::Life(_) => "hears a sign of life",
        }
    }
}
