//! The values, small ones and large ones, told apart by their ids.

use std::ops::Range;

const EACH: u64 = 10_000;
const SMALL: usize = 36;
const LARGE: usize = 4096;

/// Values of one size, some of which are asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Keys {
    first: u64,
    count: u64,
}

impl Keys {
    pub(crate) const SMALL: Self = Self { first: 0, count: EACH };
    pub(crate) const LARGE: Self = Self { first: EACH, count: EACH };
    /// So few of the small ones that all of them are near the processor.
    pub(crate) const HOT: Self = Self { first: 0, count: 100 };

    pub(crate) fn ids(self) -> Range<u64> {
        self.first..self.first + self.count
    }

    /// What they are.
    pub(crate) fn named(self) -> String {
        format!("{} keys, values of {} bytes", self.count, size(self.first))
    }
}

/// What the origin has at `id`.
pub(crate) fn value(id: u64) -> String {
    format!("{id:0>width$}", width = size(id))
}

fn size(id: u64) -> usize {
    if id < EACH { SMALL } else { LARGE }
}
