//! What is known of a value when it has been written.

use super::{
    limits::{Length, MAX_UNSEEN_STACK, max_elements, max_memory},
    marks::{Known, Marks},
    tape::Tape,
};

/// One value in its bytes.
#[derive(Debug)]
pub(in crate::value) struct Written {
    pub(super) tape: Tape,
    pub(super) marks: Marks,
    /// The most values that were inside each other.
    pub(super) depth: usize,
    /// The number of elements.
    pub(super) elements: usize,
    /// The number of bytes.
    pub(super) length: usize,
}

impl Written {
    /// Whether it went only where values that were read back have been.
    pub(in crate::value) fn is_covered_by(&self, known: &Known) -> bool {
        known.cover(&self.marks)
    }

    /// From now on, other values may go where this one went.
    pub(in crate::value) fn add_to(&self, known: &Known) {
        known.add(&self.marks);
    }

    /// Its length, if it is not compressed.
    pub(in crate::value) fn as_it_is(&self) -> Length {
        Length::plain(self.length)
    }

    /// Its length, if so many bytes of it are stored.
    pub(in crate::value) fn stored_as(&self, stored: usize) -> Length {
        Length { read: self.length, stored }
    }

    /// Whether there are more elements than are read from a payload of this length.
    pub(in crate::value) fn is_too_many(&self, length: Length) -> bool {
        self.elements > max_elements(length)
    }

    /// Whether reading might pass a limit that writing cannot see, in a type of which no part is wider than
    /// `widest`. What is written shows neither how large it is nor whether it is in a `Box`.
    pub(in crate::value) fn may_be_too_much(&self, widest: usize, length: Length) -> bool {
        self.marks.values().saturating_mul(widest) > max_memory(length)
            || self.depth.saturating_mul(widest) > MAX_UNSEEN_STACK
    }
}
