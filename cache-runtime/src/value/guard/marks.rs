//! Where in its type a value has been as it was written: in which variants, in which `Some`s and collections.

use std::{
    cell::Cell,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

/// Where in a type something is: the turns that lead there.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Place(u64);

/// A step from one place to the next.
#[derive(Debug, Clone, Copy)]
pub(super) enum Turn {
    Field(u32),
    Variant(u32),
    Some,
    /// An element of a collection, or the key of an entry.
    Element,
    /// The value of an entry.
    Value,
}

impl Place {
    pub(super) fn after(self, turn: Turn) -> Self {
        let step = match turn {
            Turn::Field(index) => u64::from(index) << 3,
            Turn::Variant(index) => u64::from(index) << 3 | 1,
            Turn::Some => 2,
            Turn::Element => 3,
            Turn::Value => 4,
        };
        Self((self.0.rotate_left(5) ^ (step + 1)).wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }
}

/// Sixty-four places each. Places that share a bit pass for one. A type that is inside itself has more places than
/// there are bits: when all are set, every place passes for a known one.
const WORDS: usize = 8;

/// The places a value has been to, each a bit, and how many values it has there.
#[derive(Debug, Default)]
pub(super) struct Marks {
    places: [Cell<u64>; WORDS],
    values: Cell<u64>,
}

impl Marks {
    pub(super) fn set(&self, place: Place, values: u32) {
        // The upper bits of a product are the ones that depend on all of its factor.
        let (word, bit) = (place.0 >> 61, place.0 >> 55 & 63);
        if let Some(places) = usize::try_from(word).ok().and_then(|word| self.places.get(word)) {
            places.set(places.get() | 1 << bit);
        }
        self.values.set(self.values.get() + u64::from(values));
    }

    pub(super) fn clear(&self) {
        self.places.iter().for_each(|places| places.set(0));
        self.values.set(0);
    }

    pub(super) fn values(&self) -> usize {
        usize::try_from(self.values.get()).unwrap_or(usize::MAX)
    }
}

/// The places that all values of a type have been to.
#[derive(Debug, Default)]
pub(in crate::value) struct Known([AtomicU64; WORDS]);

impl Known {
    pub(super) fn cover(&self, marks: &Marks) -> bool {
        self.0.iter().zip(&marks.places).all(|(known, places)| places.get() & !known.load(Relaxed) == 0)
    }

    pub(super) fn add(&self, marks: &Marks) {
        for (known, places) in self.0.iter().zip(&marks.places) {
            known.fetch_or(places.get(), Relaxed);
        }
    }
}
