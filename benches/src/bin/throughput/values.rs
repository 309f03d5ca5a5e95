//! The values, small ones and larger ones, told apart by their ids.

use std::ops::Range;

const EACH: u64 = 10_000;
const SMALL: usize = 36;
const LARGE: usize = 1024;

/// Values of one size.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Keys {
    first: u64,
}

impl Keys {
    pub(crate) const SMALL: Self = Self { first: 0 };
    pub(crate) const LARGE: Self = Self { first: EACH };

    pub(crate) fn ids(self) -> Range<u64> {
        self.first..self.first + EACH
    }

    /// What they are.
    pub(crate) fn named(self) -> String {
        format!("{EACH} keys, values of {} bytes", size(self.first))
    }
}

/// What the origin has at `id`.
pub(crate) fn value(id: u64) -> String {
    format!("{id:0>width$}", width = size(id))
}

fn size(id: u64) -> usize {
    if id < EACH { SMALL } else { LARGE }
}
