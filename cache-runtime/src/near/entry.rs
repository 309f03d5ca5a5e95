//! One value that is kept.

use std::time::Duration;

use crate::clock::Instant;
use crate::store::Pledge;
use crate::value::{BEGINNING, Content, Encoding, Meta, ValueType, Version};

/// What the store had at a key, decoded.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) content: Content,
    /// How it was read: whoever reads another type, or by another codec, finds nothing of use in it.
    pub(crate) value_type: &'static ValueType,
    pub(crate) encoding: Encoding,
    pub(crate) meta: Meta,
    /// What the stored bytes begin with.
    pub(crate) beginning: [u8; BEGINNING],
    /// The versions of its tags.
    pub(crate) tags: Vec<Version>,
    /// When its life in the store is over, at the latest.
    pub(crate) end: Instant,
    /// Until when it is kept here.
    pub(crate) deadline: Instant,
    pub(crate) pledge: Pledge,
    /// The bytes that it takes in memory, about.
    pub(crate) memory: usize,
}

impl Entry {
    /// Whether it is an answer to whoever reads like this.
    pub(crate) fn is_for(&self, value_type: &'static ValueType, encoding: Encoding) -> bool {
        self.encoding == encoding && self.value_type.reads_like(value_type)
    }

    /// What is left of its life in the store.
    pub(crate) fn life(&self, now: Instant) -> Duration {
        self.end.saturating_duration_since(now)
    }
}
