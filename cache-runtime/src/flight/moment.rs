//! The order of what happens in one process: who came before what.

use std::sync::atomic::{AtomicU64, Ordering};

/// A point in the order of the calls and loads of a few keys.
///
/// No clock: two moments that were drawn one after the other differ, however soon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(u64);

impl Moment {
    /// Before every moment that is drawn.
    pub(crate) const BEGINNING: Self = Self(0);
}

/// Draws moments.
#[derive(Debug, Default)]
pub(super) struct Moments(AtomicU64);

impl Moments {
    /// When a call arrives: before every moment that is drawn from now on, and not before any that was.
    pub(super) fn arrival(&self) -> Moment {
        Moment(self.0.load(Ordering::SeqCst))
    }

    /// A new moment.
    pub(super) fn draw(&self) -> Moment {
        Moment(self.0.fetch_add(1, Ordering::SeqCst) + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_before_what_comes_later_and_not_before_what_was() {
        let moments = Moments::default();
        let early = moments.arrival();
        let (first, between, second) = (moments.draw(), moments.arrival(), moments.draw());
        assert!(early < first && early < second);
        assert!(first <= between && between < second);
        assert!(Moment::BEGINNING < first);
    }
}
