//! What to do with an entry, decided by nothing but its policy and its age.

use std::time::Duration;

/// What a policy allows around the end of a ttl.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Windows {
    /// How long past the ttl the old value is the answer while one reload runs.
    pub(super) while_revalidate: Duration,
    /// How long past the ttl the old value is the answer where the origin fails.
    pub(super) if_error: Duration,
    /// The fraction of the ttl after which a hit starts a reload.
    pub(super) refresh_ahead: Option<f64>,
    /// How long a caller with an old value at hand waits for the origin.
    pub(super) soft_timeout: Option<Duration>,
}

/// Where an entry stands in its life.
///
/// ```text
/// stored      refresh_ahead      ttl      + stale_while_revalidate      + stale_if_error
///   |── Fresh ──────|── RefreshAhead ──|──────── Stale ───────────|────── Expired ──────|  (gone)
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Freshness {
    /// It is the answer.
    Fresh,
    /// It is the answer, and the time has come to reload.
    RefreshAhead,
    /// It is the answer while one reload runs.
    Stale,
    /// It is no answer, unless the origin fails or keeps a caller waiting.
    Retained,
    /// It is no answer.
    Expired,
}

impl Windows {
    /// No windows: an entry is fresh until its ttl is over, and then gone.
    pub(crate) const NONE: Self =
        Self { while_revalidate: Duration::ZERO, if_error: Duration::ZERO, refresh_ahead: None, soft_timeout: None };

    /// How long past its ttl an entry is kept.
    pub(crate) fn retention(&self) -> Duration {
        self.while_revalidate.max(self.if_error)
    }

    /// Whether the age of an entry matters to this policy.
    pub(crate) fn need_the_age(&self) -> bool {
        self.refresh_ahead.is_some() || !self.retention().is_zero()
    }

    pub(crate) const fn soft_timeout(&self) -> Option<Duration> {
        self.soft_timeout
    }

    /// Judges an entry that was stored for `ttl` this long ago. `None` is an age that nobody can tell.
    pub(crate) fn judge(&self, ttl: Duration, age: Option<Duration>) -> Freshness {
        let Some(age) = age else { return Freshness::Expired };
        if age < ttl {
            return if self.is_ahead(ttl, age) { Freshness::RefreshAhead } else { Freshness::Fresh };
        }
        let past = age - ttl;
        if past < self.while_revalidate {
            Freshness::Stale
        } else if past < self.if_error {
            Freshness::Retained
        } else {
            Freshness::Expired
        }
    }

    /// A fraction that is no number, or is not between 0 and 1, is none.
    fn is_ahead(&self, ttl: Duration, age: Duration) -> bool {
        let fraction = self.refresh_ahead.filter(|fraction| (0.0..1.0).contains(fraction));
        fraction.is_some_and(|fraction| age >= ttl.mul_f64(fraction))
    }
}
