//! How often what is at a key has changed, as far as this process was told.

use std::hash::BuildHasher;
use std::sync::atomic::{AtomicU64, Ordering};

use foldhash::fast::RandomState;

/// Keys share counts by their hash: a change of one then passes for one of the others, which costs them a read of the store.
const COUNTS: usize = 1 << 14;

/// One count for some keys each.
pub(super) struct Changes {
    counts: Box<[AtomicU64]>,
    hasher: RandomState,
}

/// What a count was at some time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    at: usize,
    count: u64,
}

/// What the counts of an entry's tags were at some time, and how often all entries had been cleared.
#[derive(Debug)]
pub(super) struct Marks {
    /// Those of its own tags. Behind one pointer: what each hit looks at is to lie close together, and most have none.
    own: Option<Box<OwnTags>>,
    pub(super) clearings: u64,
}

#[derive(Debug)]
struct OwnTags {
    /// The tags as whoever has them writes them.
    text: Box<str>,
    marks: Box<[Mark]>,
}

impl Marks {
    /// `text` is the tags as whoever has them writes them.
    pub(super) fn new(text: &str, marks: Vec<Mark>, clearings: u64) -> Self {
        let own = (!marks.is_empty()).then(|| Box::new(OwnTags { text: text.into(), marks: marks.into() }));
        Self { own, clearings }
    }

    /// Whether they are those of these tags, and of no others.
    pub(super) fn are_of(&self, text: &str) -> bool {
        // Two empty texts are not compared: on some processors that takes as long as all the rest of a hit.
        self.own.as_ref().map_or_else(|| text.is_empty(), |own| *own.text == *text)
    }

    pub(super) fn tags(&self) -> &[Mark] {
        self.own.as_ref().map_or(&[], |own| &own.marks)
    }

    /// The bytes that those of the tags take.
    pub(super) fn memory(&self) -> usize {
        self.own.as_ref().map_or(0, |own| size_of::<OwnTags>() + own.text.len() + size_of_val(&*own.marks))
    }
}

impl Changes {
    pub(super) fn none() -> Self {
        Self { counts: (0..COUNTS).map(|_| AtomicU64::new(0)).collect(), hasher: RandomState::default() }
    }

    /// What is at `key` has changed.
    pub(super) fn note(&self, key: &[u8]) {
        if let Some(count) = self.counts.get(self.place(key)) {
            count.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// To be drawn before what is at `key` is asked for.
    pub(super) fn mark(&self, key: &[u8]) -> Mark {
        let at = self.place(key);
        Mark { at, count: self.count(at) }
    }

    /// Whether nothing has changed since.
    pub(super) fn stands(&self, mark: Mark) -> bool {
        self.count(mark.at) == mark.count
    }

    fn count(&self, at: usize) -> u64 {
        self.counts.get(at).map_or(0, |count| count.load(Ordering::SeqCst))
    }

    #[expect(clippy::cast_possible_truncation, reason = "any bits of the hash will do")]
    fn place(&self, key: &[u8]) -> usize {
        self.hasher.hash_one(key) as usize % COUNTS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_stands_until_its_key_changes() {
        let changes = Changes::none();
        let mark = changes.mark(b"user:7");
        assert!(changes.stands(mark));
        changes.note(b"user:7");
        assert!(!changes.stands(mark) && changes.stands(changes.mark(b"user:7")));
    }

    #[test]
    fn few_keys_are_taken_for_each_other() {
        let changes = Changes::none();
        let keys: Vec<_> = (0..1_000).map(|id| format!("user:{id}")).collect();
        let marks: Vec<_> = keys.iter().map(|key| changes.mark(key.as_bytes())).collect();
        changes.note(b"another");
        assert!(marks.iter().filter(|mark| !changes.stands(**mark)).count() < 10);
    }
}
