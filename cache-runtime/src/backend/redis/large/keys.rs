//! Which keys have large values, as far as this runtime has seen them.

use std::hash::BuildHasher;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use foldhash::fast::RandomState;

use crate::error::{Error, ErrorKind};
use crate::key::Key;
use crate::value::is_envelope;

/// A value of more bytes than this is not to hold up small ones.
pub(in crate::backend::redis) const LARGE: usize = 256 << 10;

/// Of keys that share a place the last one is known. The others are learnt anew with each read.
const PLACES: usize = 1 << 12;

/// What is known of the value of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::backend::redis) enum Size {
    /// Nothing that speaks against asking for it.
    Ordinary,
    /// It is to travel by itself.
    Large,
    /// It has not come in time, and nobody knows why.
    Doubtful,
}

/// Hashes of keys, one at each place. What it says may be wrong: then a small value goes the way of large ones, or the other
/// way round, and comes all the same.
pub(in crate::backend::redis) struct LargeKeys {
    places: Box<[AtomicU64]>,
    /// Most services have none, and need not hash each key once more.
    are_there_any: AtomicBool,
    hasher: RandomState,
}

/// The place of a key, and what stands there if the key is known. Zero is nobody's.
struct Place<'a> {
    at: &'a AtomicU64,
    large: u64,
    doubtful: u64,
}

impl LargeKeys {
    pub(in crate::backend::redis) fn none() -> Self {
        let places = (0..PLACES).map(|_| AtomicU64::new(0)).collect();
        Self { places, are_there_any: AtomicBool::new(false), hasher: RandomState::default() }
    }

    pub(in crate::backend::redis) fn size(&self, key: &Key) -> Size {
        if !self.are_there_any.load(Ordering::Relaxed) {
            return Size::Ordinary;
        }
        self.place(key).map_or(Size::Ordinary, |place| match place.at.load(Ordering::Relaxed) {
            known if known == place.large => Size::Large,
            known if known == place.doubtful => Size::Doubtful,
            _ => Size::Ordinary,
        })
    }

    /// This was read at `key`, or put there. What is no value, such as a lease, says nothing of the one that follows.
    pub(in crate::backend::redis) fn learn(&self, key: &Key, bytes: &[u8]) {
        match self.size(key) {
            _ if bytes.len() > LARGE => self.note(key, Size::Large),
            Size::Large if is_envelope(bytes) => self.note(key, Size::Ordinary),
            Size::Doubtful => self.note(key, Size::Ordinary),
            Size::Ordinary | Size::Large => {}
        }
    }

    /// What is at `key` has not come, for this reason. If it has not come in time, it may be what the others waited for as well:
    /// a value that takes longer than anybody waits is never seen, and would hold up the connection again and again.
    pub(in crate::backend::redis) fn doubt(&self, key: &Key, reason: &Error) {
        if reason.kind() == ErrorKind::Timeout && self.size(key) == Size::Ordinary {
            self.note(key, Size::Doubtful);
        }
    }

    /// The size of what is at `key` was asked for.
    pub(in crate::backend::redis) fn note(&self, key: &Key, size: Size) {
        let Some(place) = self.place(key) else { return };
        let known = match size {
            Size::Ordinary => 0,
            Size::Large => place.large,
            Size::Doubtful => place.doubtful,
        };
        place.at.store(known, Ordering::Relaxed);
        if known != 0 {
            self.are_there_any.store(true, Ordering::Relaxed);
        }
    }

    fn place(&self, key: &Key) -> Option<Place<'_>> {
        let hash = self.hasher.hash_one(key.as_str()) & !(3 << 62);
        let at = self.places.get(hash as usize % PLACES)?;
        Some(Place { at, large: hash | 1 << 63, doubtful: hash | 1 << 62 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::redis::errors::{timed_out, unavailable};

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
        assert_eq!(keys.size(&key("a")), Size::Ordinary);
        keys.learn(&key("a"), &value(LARGE));
        assert_eq!(keys.size(&key("a")), Size::Ordinary);
        keys.learn(&key("a"), &value(LARGE + 1));
        assert_eq!((keys.size(&key("a")), keys.size(&key("b"))), (Size::Large, Size::Ordinary));
        keys.learn(&key("a"), b"P0123456789abcdef");
        keys.learn(&key("a"), b"");
        keys.learn(&key("b"), &value(100));
        assert_eq!(keys.size(&key("a")), Size::Large, "who loads it now has nothing to do with its size");
        keys.learn(&key("a"), &value(100));
        assert_eq!(keys.size(&key("a")), Size::Ordinary);
    }

    #[test]
    fn a_key_is_doubtful_until_something_of_it_is_seen() {
        let keys = LargeKeys::none();
        for seen in [&value(100)[..], b"P0123456789abcdef", b""] {
            keys.doubt(&key("a"), &timed_out());
            assert_eq!((keys.size(&key("a")), keys.size(&key("b"))), (Size::Doubtful, Size::Ordinary));
            keys.learn(&key("a"), seen);
            assert_eq!(keys.size(&key("a")), Size::Ordinary);
        }
        keys.doubt(&key("a"), &unavailable());
        assert_eq!(keys.size(&key("a")), Size::Ordinary, "nobody knows how long it would have taken");
        keys.learn(&key("a"), &value(LARGE + 1));
        keys.doubt(&key("a"), &timed_out());
        assert_eq!(keys.size(&key("a")), Size::Large, "that it takes long is no news");
    }

    #[test]
    fn however_many_there_are_only_so_many_are_known_and_those_are_the_last() {
        let keys = LargeKeys::none();
        let all: Vec<_> = (0..4 * PLACES).map(|id| key(&format!("user:{id}"))).collect();
        let large = value(LARGE + 1);
        for key in &all {
            keys.learn(key, &large);
        }
        let known = all.iter().filter(|key| keys.size(key) == Size::Large).count();
        assert!((PLACES / 2..=PLACES).contains(&known), "{known}");
        assert_eq!(keys.size(all.last().unwrap()), Size::Large);
    }
}
