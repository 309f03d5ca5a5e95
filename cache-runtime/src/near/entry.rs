//! One value that is kept.

use std::time::Duration;

use crate::clock::Instant;
use crate::store::Pledge;
use crate::value::{BEGINNING, Content, Encoding, Meta, ValueType, Version};

/// What the store had at a key, decoded.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) content: Content,
    pub(crate) reader: Reader,
    /// It is kept beyond its ttl, so that its age matters to all who read it.
    pub(crate) is_retained: bool,
    /// Until when it is kept here.
    pub(crate) deadline: Instant,
    pub(crate) pledge: Pledge,
    pub(crate) facts: Box<Facts>,
}

/// How something is read: whoever reads in another way finds nothing of use in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader {
    pub(crate) value_type: &'static ValueType,
    pub(crate) encoding: Encoding,
}

/// What there is to know of an entry. Not beside what each hit looks at.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) meta: Meta,
    /// When its life in the store is over, at the latest.
    pub(crate) end: Instant,
    /// What the stored bytes begin with.
    pub(crate) beginning: [u8; BEGINNING],
    /// The versions of its tags.
    pub(crate) tags: Vec<Version>,
    /// The bytes that the value takes in memory, about.
    pub(crate) memory: usize,
}

impl Reader {
    pub(super) fn is_like(self, other: Self) -> bool {
        self.encoding == other.encoding && self.value_type.reads_like(other.value_type)
    }
}

impl Facts {
    /// What is left of its life in the store.
    pub(crate) fn life(&self, now: Instant) -> Duration {
        self.end.saturating_duration_since(now)
    }
}
