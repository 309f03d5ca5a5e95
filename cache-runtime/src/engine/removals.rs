//! What was removed lately, and what of that is owed again.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use foldhash::fast::RandomState;

use crate::clock::{self, Instant};
use crate::key::Key;

/// How long a removal is remembered: longer than a failover takes.
pub(super) const KEPT: Duration = Duration::from_secs(30);
/// So many are remembered, and the latest of them.
const MOST_KEYS: usize = 10_000;

/// The latest removal of each key.
#[derive(Debug, Default)]
pub(super) struct Removals {
    latest: HashMap<Key, Removal, RandomState>,
    /// By their numbers: the oldest first.
    order: BTreeMap<u64, Key>,
    /// How many there have been.
    numbers: u64,
}

#[derive(Debug)]
struct Removal {
    number: u64,
    when: Instant,
    /// How often the store had come back before this was sent the last time.
    sent: u64,
}

/// A removal that is to be sent again, as the store has come back since.
#[derive(Clone, Debug)]
pub(super) struct Owed {
    pub(super) key: Key,
    number: u64,
}

impl Removals {
    /// Remembers that `key` was removed by what was sent after so many returns of the store.
    pub(super) fn note(&mut self, key: &Key, sent: u64) {
        self.numbers += 1;
        let number = self.numbers;
        let before = self.latest.get(key);
        // One that was sent after a return makes good for those that were sent before, whichever is noted last.
        let sent = before.map_or(sent, |before| before.sent.max(sent));
        if let Some(before) = self.latest.insert(key.clone(), Removal { number, when: clock::now(), sent }) {
            self.order.remove(&before.number);
        }
        self.order.insert(number, key.clone());
        if self.latest.len() > MOST_KEYS {
            self.forget_oldest();
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.latest.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.latest.len()
    }

    /// Forgets what is too old to be of use, unless it is owed after so many returns.
    pub(super) fn forget_old(&mut self, returns: u64) {
        let is_old = |removal: &Removal| removal.sent >= returns && clock::since(removal.when) >= KEPT;
        while self.oldest().is_some_and(is_old) {
            self.forget_oldest();
        }
    }

    /// All that are owed after so many returns, the oldest first.
    pub(super) fn all_owed(&self, returns: u64) -> Vec<Owed> {
        self.order.values().filter_map(|key| self.owed(key, returns)).collect()
    }

    /// The removal of `key`, if it is owed after so many returns.
    pub(super) fn owed(&self, key: &Key, returns: u64) -> Option<Owed> {
        let removal = self.latest.get(key).filter(|removal| removal.sent < returns)?;
        Some(Owed { key: key.clone(), number: removal.number })
    }

    /// It was sent again after so many returns.
    pub(super) fn sent(&mut self, Owed { key, number }: &Owed, returns: u64) {
        // A newer one is owed by itself.
        if let Some(removal) = self.latest.get_mut(key).filter(|removal| removal.number == *number) {
            removal.sent = removal.sent.max(returns);
        }
    }

    fn oldest(&self) -> Option<&Removal> {
        self.latest.get(self.order.first_key_value()?.1)
    }

    fn forget_oldest(&mut self) {
        if let Some((_, key)) = self.order.pop_first() {
            self.latest.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: usize) -> Key {
        Key::new("", &number.to_string())
    }

    fn owed(removals: &Removals, returns: u64) -> Vec<String> {
        removals.all_owed(returns).iter().map(|owed| owed.key.as_str().to_owned()).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn a_removal_is_owed_once_after_each_return() {
        let mut removals = Removals::default();
        removals.note(&key(1), 0);
        removals.note(&key(2), 1);
        assert!(owed(&removals, 0).is_empty());
        assert_eq!(owed(&removals, 1), ["1"]);
        assert_eq!(owed(&removals, 2), ["1", "2"]);
        removals.sent(&removals.owed(&key(1), 2).unwrap(), 2);
        assert_eq!(owed(&removals, 2), ["2"]);
        assert!(removals.owed(&key(1), 2).is_none() && removals.owed(&key(3), 2).is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn a_newer_one_of_the_same_key_takes_the_place_of_the_older() {
        let mut removals = Removals::default();
        removals.note(&key(1), 0);
        removals.note(&key(2), 0);
        let older = removals.owed(&key(1), 1).unwrap();
        removals.note(&key(1), 0);
        assert_eq!(owed(&removals, 1), ["2", "1"]);
        removals.sent(&older, 1);
        assert_eq!(owed(&removals, 1), ["2", "1"], "it was about the older one");
        removals.note(&key(1), 1);
        removals.note(&key(1), 0);
        assert_eq!(owed(&removals, 1), ["2"], "one was sent after the return");
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_old_is_forgotten_unless_it_is_owed() {
        let mut removals = Removals::default();
        removals.note(&key(1), 0);
        tokio::time::advance(KEPT / 2).await;
        removals.note(&key(2), 1);
        tokio::time::advance(KEPT / 2).await;
        removals.forget_old(1);
        assert_eq!(removals.len(), 2);
        removals.sent(&removals.owed(&key(1), 1).unwrap(), 1);
        removals.forget_old(1);
        assert_eq!(owed(&removals, 2), ["2"]);
        tokio::time::advance(KEPT / 2).await;
        removals.forget_old(1);
        assert!(removals.is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn so_many_are_remembered_and_no_more() {
        let mut removals = Removals::default();
        for number in 0..=MOST_KEYS {
            removals.note(&key(number), 0);
            removals.note(&key(0), 0);
        }
        assert_eq!((removals.latest.len(), removals.order.len()), (MOST_KEYS, MOST_KEYS));
        assert!(removals.owed(&key(1), 1).is_none(), "it was the oldest");
        assert!(removals.owed(&key(0), 1).is_some() && removals.owed(&key(MOST_KEYS), 1).is_some());
    }
}
