//! What there is to know of each function, found by its number.

use std::fmt;
use std::sync::OnceLock;

use crate::spec::Spec;

/// Room on the first shelf; each of the others has twice as much as the one before. So nothing ever moves, and whoever looks
/// for something takes no lock.
const FIRST: usize = 32;
const SHELVES: usize = 24;

/// Places for functions, each of which is taken once.
type Shelf<T> = OnceLock<Box<[OnceLock<Box<T>>]>>;

/// A `T` for each function that was called.
pub(crate) struct Functions<T> {
    shelves: [Shelf<T>; SHELVES],
}

impl<T> Functions<T> {
    pub(super) const fn new() -> Self {
        Self { shelves: [const { OnceLock::new() }; SHELVES] }
    }

    /// That of this function, which `make` makes for the first who asks. `None`: there are more functions than a program has.
    #[inline]
    pub(super) fn of(&self, spec: &'static Spec, make: impl FnOnce() -> T) -> Option<&T> {
        let (row, place) = place(spec.number());
        let slots = self.shelves.get(row)?.get_or_init(|| (0..FIRST << row).map(|_| OnceLock::new()).collect());
        Some(slots.get(place)?.get_or_init(|| Box::new(make())))
    }

    /// That of this function, if it was ever asked for.
    pub(super) fn get(&self, spec: &'static Spec) -> Option<&T> {
        let (row, place) = place(spec.number());
        self.shelves.get(row)?.get()?.get(place)?.get().map(|found| &**found)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        let places = self.shelves.iter().filter_map(OnceLock::get).flat_map(|shelf| shelf.iter());
        places.filter_map(OnceLock::get).map(|found| &**found)
    }
}

/// The shelf of a number, and the place on it.
const fn place(number: usize) -> (usize, usize) {
    let row = ((number + FIRST) / FIRST).ilog2() as usize;
    (row, number + FIRST - (FIRST << row))
}

impl<T> fmt::Debug for Functions<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Functions").field("called", &self.iter().count()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;

    #[test]
    fn each_number_has_a_place_of_its_own() {
        let mut expected = (0, 0);
        for number in 0..10_000 {
            assert_eq!(place(number), expected);
            expected =
                if expected.1 + 1 == FIRST << expected.0 { (expected.0 + 1, 0) } else { (expected.0, expected.1 + 1) };
        }
    }

    #[test]
    fn each_function_finds_what_is_its_own() {
        let specs: Vec<&'static Spec> =
            (0..200).map(|_| &*Box::leak(Box::new(Spec::new("f", "", &[], Policy::forever())))).collect();
        let functions = Functions::new();
        for (index, spec) in specs.iter().enumerate() {
            assert_eq!(functions.get(spec), None);
            assert_eq!(functions.of(spec, || index), Some(&index));
            assert_eq!(functions.of(spec, || usize::MAX), Some(&index), "made once");
        }
        assert_eq!(functions.get(specs[7]), Some(&7));
        assert_eq!(functions.iter().copied().sum::<usize>(), (0..200).sum::<usize>());
    }
}
