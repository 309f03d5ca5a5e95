//! How much may happen in one exploration.

use crate::state::{CALLERS, WRITERS};

/// Who takes part, and how often something goes wrong. Everything that is not bounded here happens in every order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// Calls of the annotated function, in turn in the first and in the second process.
    pub(crate) callers: usize,
    /// Changes of the row, and what makes each known; in turn in the second and in the first process.
    pub(crate) writers: &'static [Change],
    /// Whether values carry a tag, which is missing at first.
    pub(crate) tagged: bool,
    /// Whether loads bring something that is not to be stored.
    pub(crate) stores_nothing: bool,
    pub(crate) old_values: OldValues,
    pub(crate) accidents: Accidents,
}

/// What an old value is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OldValues {
    /// It is the answer, and is reloaded in the background: stale-while-revalidate, refresh-ahead.
    Serve,
    /// It is the answer if a load fails for which the caller waits: stale-if-error.
    KeepForErrors,
}

/// How many of each may still happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Accidents {
    /// A key, a tag, an election or a lock is evicted, or expires although its holder lives.
    pub(crate) losses: u8,
    /// A value grows so old that it is to be reloaded.
    pub(crate) ageings: u8,
    /// A process ends. What it had sent stays; the leases it held expire at any time.
    pub(crate) crashes: u8,
    /// A load fails, or a leader goes away.
    pub(crate) failures: u8,
    /// The store refuses a lease (it is full, or read-only).
    pub(crate) refusals: u8,
    /// The missing tag is made by a reader of another key that has it too.
    pub(crate) strangers: u8,
    /// The command that took a lease was sent twice and is executed once more. The protocol does not survive that.
    pub(crate) repetitions: u8,
}

/// How a change of the row is made known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Change {
    Invalidate,
    InvalidateTag,
    Put,
    Refresh,
}

pub(crate) const NO_ACCIDENTS: Accidents =
    Accidents { losses: 0, ageings: 0, crashes: 0, failures: 0, refusals: 0, strangers: 0, repetitions: 0 };

/// Three callers in two processes, nobody changes anything, nothing goes wrong.
pub(crate) const QUIET: Bounds = Bounds {
    callers: 3,
    writers: &[],
    tagged: false,
    stores_nothing: false,
    old_values: OldValues::Serve,
    accidents: NO_ACCIDENTS,
};

impl Bounds {
    /// Whether nothing can happen that justifies a second load.
    pub(crate) fn quiet(&self) -> bool {
        self.writers.is_empty() && !self.stores_nothing && self.accidents == NO_ACCIDENTS
    }

    /// Whether a value of this age is the answer at once.
    pub(crate) fn serves(&self, aged: bool) -> bool {
        !aged || self.old_values == OldValues::Serve
    }

    /// Panics if there is no room for those who take part.
    pub(crate) fn check(&self) {
        assert!(self.callers <= CALLERS && self.writers.len() <= WRITERS, "the state has no room for {self:?}");
    }
}
