//! Which keys have large values, as far as this runtime has seen them.

use std::hash::BuildHasher;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use foldhash::fast::RandomState;

use crate::key::Key;
use crate::value::is_envelope;

/// A value of more bytes than this is not to hold up small ones.
pub(in crate::backend::redis) const LARGE: usize = 256 << 10;

/// Of keys that share a place the last one is known. The others are learnt anew with each read.
const PLACES: usize = 1 << 12;

/// Hashes of keys, one at each place. What it says may be wrong: then a small value goes the way of large ones, or the other
/// way round, and comes all the same.
pub(in crate::backend::redis) struct LargeKeys {
    places: Box<[AtomicU64]>,
    /// Most services have none, and need not hash each key once more.
    are_there_any: AtomicBool,
    hasher: RandomState,
}

impl LargeKeys {
    pub(in crate::backend::redis) fn none() -> Self {
        let places = (0..PLACES).map(|_| AtomicU64::new(0)).collect();
        Self { places, are_there_any: AtomicBool::new(false), hasher: RandomState::default() }
    }

    pub(in crate::backend::redis) fn knows(&self, key: &Key) -> bool {
        self.are_there_any.load(Ordering::Relaxed)
            && self.place(key).is_some_and(|(place, hash)| place.load(Ordering::Relaxed) == hash)
    }

    /// This was read at `key`, or put there. What is no value, such as a lease, says nothing of the one that follows.
    pub(in crate::backend::redis) fn learn(&self, key: &Key, bytes: &[u8]) {
        if bytes.len() > LARGE {
            if let Some((place, hash)) = self.place(key) {
                place.store(hash, Ordering::Relaxed);
                self.are_there_any.store(true, Ordering::Relaxed);
            }
        } else if self.knows(key)
            && is_envelope(bytes)
            && let Some((place, _)) = self.place(key)
        {
            place.store(0, Ordering::Relaxed);
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "any bits of the hash will do")]
    fn place(&self, key: &Key) -> Option<(&AtomicU64, u64)> {
        // Zero is nobody's.
        let hash = self.hasher.hash_one(key.as_str()) | 1 << 63;
        Some((self.places.get(hash as usize % PLACES)?, hash))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Key {
        Key::new("", text)
    }

    fn value(length: usize) -> Vec<u8> {
        let mut bytes = vec![b'x'; length];
        bytes[0] = b'V';
        bytes
    }

    #[test]
    fn a_key_is_large_until_its_value_is_small() {
        let keys = LargeKeys::none();
        assert!(!keys.knows(&key("a")));
        keys.learn(&key("a"), &value(LARGE));
        assert!(!keys.knows(&key("a")));
        keys.learn(&key("a"), &value(LARGE + 1));
        assert!(keys.knows(&key("a")) && !keys.knows(&key("b")));
        keys.learn(&key("a"), b"P0123456789abcdef");
        keys.learn(&key("a"), b"");
        keys.learn(&key("b"), &value(100));
        assert!(keys.knows(&key("a")), "who loads it now has nothing to do with its size");
        keys.learn(&key("a"), &value(100));
        assert!(!keys.knows(&key("a")));
    }

    #[test]
    fn however_many_there_are_only_so_many_are_known_and_those_are_the_last() {
        let keys = LargeKeys::none();
        let all: Vec<_> = (0..4 * PLACES).map(|id| key(&format!("user:{id}"))).collect();
        let large = value(LARGE + 1);
        for key in &all {
            keys.learn(key, &large);
        }
        let known = all.iter().filter(|key| keys.knows(key)).count();
        assert!((PLACES / 2..=PLACES).contains(&known), "{known}");
        assert!(keys.knows(all.last().unwrap()));
    }
}
