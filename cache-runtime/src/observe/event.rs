//! The closed vocabulary of what can happen to a call.

use std::time::Duration;

use super::outcome::Outcome;
use crate::error::ErrorKind;
use crate::spec::Spec;

/// Whose call something happened to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subject<'a> {
    pub(crate) spec: &'static Spec,
    /// For the log of somebody who looks for a fault, and for nothing else: it may hold what users have written.
    pub(crate) key: &'a str,
}

/// Something that happened. Names no key, so that it can be counted and exported without leaking user data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// The store had the value.
    Hit,
    /// The value was kept in this process.
    NearHit,
    /// The store remembered that there is nothing.
    AbsentHit,
    /// The store had an old value, which was the answer while one reload runs.
    StaleHit,
    /// An old value was the answer because the origin failed, now or a moment ago.
    StaleIfError,
    /// An old value was the answer because the origin, or another process that asks it, was too slow.
    StaleIfSlow,
    /// The failure of a moment ago was the answer: the origin is left alone for a while.
    HeldOff,
    /// The store had nothing usable.
    Miss,
    /// What the store had could not be used: another layout, codec, key, or damage.
    Mismatch { what: &'static str },
    /// The origin ran and answered.
    Loaded { took: Duration },
    /// The origin ran and failed.
    LoadFailed { took: Duration },
    /// A load in the background brought an answer.
    Reloaded,
    /// A load in the background failed, panicked or took too long.
    ReloadFailed,
    /// A load in the background was left to another process.
    ReloadLeft,
    /// A load was not begun, or not gone on with, as too many ran in the background already, or the store elected nobody.
    ReloadSkipped,
    /// A caller waits for the load of another process.
    Waited,
    /// A caller got what another caller loaded, in this process or in another one, for which it waited so long.
    Coalesced { took: Duration },
    /// A loaded value was stored.
    Filled,
    /// A loaded value was not stored, because the key was invalidated meanwhile.
    RefusedFill,
    /// A value, loaded or put, takes more bytes than are stored.
    TooLarge,
    /// A loaded value could not be stored.
    FillFailed { kind: ErrorKind },
    /// The store failed a read, and the call went on without it.
    FailedOpen { kind: ErrorKind },
    /// The caller asked for no cache.
    Bypassed,
    /// The caller asked for a load, whatever there is.
    Refreshed,
    /// An entry was invalidated.
    Invalidated,
    /// An invalidation failed.
    InvalidationFailed { kind: ErrorKind },
}

impl Event {
    /// Where the answer of a call came from, as far as this says it.
    pub(super) fn outcome(self) -> Option<Outcome> {
        match self {
            Self::NearHit => Some(Outcome::Near),
            Self::Hit | Self::AbsentHit => Some(Outcome::Hit),
            Self::Bypassed => Some(Outcome::Bypass),
            Self::Miss | Self::FailedOpen { .. } | Self::HeldOff | Self::Refreshed => Some(Outcome::Miss),
            Self::StaleHit | Self::StaleIfError | Self::StaleIfSlow => Some(Outcome::Stale),
            _ => None,
        }
    }
}
