//! The values, small ones and large ones, told apart by their ids.

use std::ops::Range;

const EACH: u64 = 10_000;

/// How large a value is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Size {
    /// What an id or a name takes.
    Small,
    /// What a page of something takes.
    Large,
}

impl Size {
    pub(crate) const ALL: [Self; 2] = [Self::Small, Self::Large];
    /// How many values there are, of all sizes.
    pub(crate) const VALUES: u64 = 2 * EACH;

    pub(crate) fn bytes(self) -> usize {
        match self {
            Self::Small => 36,
            Self::Large => 4096,
        }
    }

    pub(crate) fn ids(self) -> Range<u64> {
        match self {
            Self::Small => 0..EACH,
            Self::Large => EACH..Self::VALUES,
        }
    }
}

/// What the origin has at `id`.
pub(crate) fn value(id: u64) -> String {
    let size = if id < EACH { Size::Small } else { Size::Large };
    format!("{id:0>width$}", width = size.bytes())
}
