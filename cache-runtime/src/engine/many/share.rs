//! How many keys ask the store at the same time, over all calls for many.

use std::sync::atomic::{AtomicUsize, Ordering};

/// So many keys of one call ask the store at a time: their futures take a KiB or two each.
const AT_A_TIME: usize = 512;
/// So many of all calls do before each of them goes on with a few only. A store that has too many to answer refuses some, and
/// what it has would be loaded.
const IN_ALL: usize = 8 << 10;
/// So many a call may always ask for: what tells it that there is room again is an answer of its own.
const FEW: usize = 16;

/// The keys of all calls that ask the store just now.
#[derive(Debug, Default)]
pub(in crate::engine) struct Crowd(AtomicUsize);

/// Those of one call.
pub(super) struct Share<'a> {
    crowd: &'a Crowd,
    asking: usize,
}

impl<'a> Share<'a> {
    pub(super) fn none_of(crowd: &'a Crowd) -> Self {
        Self { crowd, asking: 0 }
    }

    /// So many are asking now.
    pub(super) fn set(&mut self, asking: usize) {
        let before = std::mem::replace(&mut self.asking, asking);
        if asking > before {
            self.crowd.0.fetch_add(asking - before, Ordering::Relaxed);
        } else if asking < before {
            self.crowd.0.fetch_sub(before - asking, Ordering::Relaxed);
        }
    }

    /// For so many that ask together: how many of them may do so at a time.
    pub(super) fn take(&mut self, wanted: usize) -> usize {
        let free = IN_ALL.saturating_sub(self.crowd.0.load(Ordering::Relaxed));
        self.set(wanted.min(free.clamp(FEW, AT_A_TIME)));
        self.asking
    }

    /// Whether one more may ask.
    pub(super) fn has_room(&self) -> bool {
        self.asking < FEW || (self.asking < AT_A_TIME && self.crowd.0.load(Ordering::Relaxed) < IN_ALL)
    }
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        self.set(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many ask once there is no room for more.
    fn fill(share: &mut Share<'_>) -> usize {
        while share.has_room() {
            share.set(share.asking + 1);
        }
        share.asking
    }

    #[test]
    fn where_there_are_many_calls_each_asks_for_a_few() {
        let crowd = Crowd::default();
        let mut shares: Vec<_> = (0..64).map(|_| Share::none_of(&crowd)).collect();
        let asking: Vec<_> = shares.iter_mut().map(fill).collect();
        assert!(asking.starts_with(&[AT_A_TIME; IN_ALL / AT_A_TIME]) && asking.ends_with(&[FEW; 48]), "{asking:?}");
        drop(shares);
        assert_eq!(fill(&mut Share::none_of(&crowd)), AT_A_TIME, "whoever is gone does not count");
    }

    #[test]
    fn who_asks_together_takes_what_there_is_and_a_few_at_least() {
        let crowd = Crowd::default();
        let mut shares: Vec<_> = (0..=IN_ALL / AT_A_TIME).map(|_| Share::none_of(&crowd)).collect();
        let taken: Vec<_> = shares.iter_mut().map(|share| share.take(10_000)).collect();
        assert!(taken.starts_with(&[AT_A_TIME; IN_ALL / AT_A_TIME]) && taken.ends_with(&[FEW]), "{taken:?}");
        assert_eq!(Share::none_of(&crowd).take(3), 3);
    }
}
