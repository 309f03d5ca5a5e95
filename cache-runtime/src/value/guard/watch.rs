//! One guarded encoding or decoding, from its beginning to its end.

use std::{cell::Cell, marker::PhantomData};

use serde::{Serialize, de::DeserializeOwned};

use super::{
    access::GuardedSeed,
    limits::{Breach, MAX_DEPTH, MAX_PAYLOAD, max_elements},
    serializer::Guarded,
};
use crate::value::codec::{Failure, Fault, Format, Rules};

/// Appends the bytes of `value` in format `F`.
pub(in crate::value) fn encode<T: Serialize, F: Format>(value: &T, out: &mut Vec<u8>) -> Result<(), Failure> {
    // How many elements are too many depends on the bytes, so that is looked at when they are there.
    let watch = Watch::new(F::RULES, usize::MAX);
    let start = out.len();
    F::write(&Guarded::new(value, watch.top()), out).map_err(|failure| watch.explain(failure))?;
    watch.check_written(out.len() - start).map_err(Failure::of_value)
}

/// Reads a `T` that is all of `bytes`, in format `F`.
pub(in crate::value) fn decode<T: DeserializeOwned, F: Format>(bytes: &[u8]) -> Result<T, Failure> {
    let watch = Watch::new(F::RULES, max_elements(bytes.len()));
    F::read(GuardedSeed::new(PhantomData, watch.top()), bytes)
        .map_err(|error| watch.explain(Failure { fault: Fault::Type, error }))
}

/// What all wrappers of one encoding or decoding share.
pub(super) struct Watch {
    rules: Rules,
    max_elements: usize,
    elements: Cell<usize>,
    breach: Cell<Option<Breach>>,
}

impl Watch {
    fn new(rules: Rules, max_elements: usize) -> Self {
        Self { rules, max_elements, elements: Cell::new(0), breach: Cell::new(None) }
    }

    fn top(&self) -> Level<'_> {
        Level { watch: self, depth: 0, in_some: false }
    }

    /// The codec reports our own stop in its own words: put ours back.
    fn explain(&self, failure: Failure) -> Failure {
        match self.breach.get() {
            Some(breach @ Breach::LeftOut(_)) => Failure::of_type(breach),
            Some(breach) => Failure::of_value(breach),
            None => failure,
        }
    }

    fn check_written(&self, length: usize) -> Result<(), Breach> {
        if length > MAX_PAYLOAD {
            Err(Breach::TooLong)
        } else if self.elements.get() > max_elements(length) {
            Err(Breach::TooMany)
        } else {
            Ok(())
        }
    }
}

/// Where in the value a wrapper stands.
#[derive(Clone, Copy)]
pub(super) struct Level<'w> {
    watch: &'w Watch,
    depth: usize,
    in_some: bool,
}

impl Level<'_> {
    /// One value further in.
    pub(super) fn deeper(self) -> Result<Self, Breach> {
        let depth = self.depth + 1;
        if depth < MAX_DEPTH { Ok(Self { depth, in_some: false, ..self }) } else { self.stop(Breach::TooDeep) }
    }

    /// Into a `Some`.
    pub(super) fn some(self) -> Result<Self, Breach> {
        Ok(Self { in_some: true, ..self.deeper()? })
    }

    /// Into a newtype, of which most formats write nothing: what is in a `Some` stays in it.
    pub(super) fn newtype(self) -> Result<Self, Breach> {
        Ok(Self { in_some: self.in_some, ..self.deeper()? })
    }

    /// Counts one element of a sequence, a map or a struct.
    pub(super) fn element(self) -> Result<(), Breach> {
        let elements = self.watch.elements.get() + 1;
        self.watch.elements.set(elements);
        if elements <= self.watch.max_elements { Ok(()) } else { self.stop(Breach::TooMany) }
    }

    /// A `None` or a `()` is about to be written.
    pub(super) fn nothing(self) -> Result<(), Breach> {
        if self.in_some && self.watch.rules.null { self.stop(Breach::SomeNothing) } else { Ok(()) }
    }

    /// A float is about to be written.
    pub(super) fn float(self, finite: bool) -> Result<(), Breach> {
        if finite || !self.watch.rules.finite_floats { Ok(()) } else { self.stop(Breach::NotFinite) }
    }

    /// A field is about to be left out.
    pub(super) fn left_out(self, field: &'static str) -> Result<(), Breach> {
        if self.watch.rules.positional { self.stop(Breach::LeftOut(field)) } else { Ok(()) }
    }

    fn stop<T>(self, breach: Breach) -> Result<T, Breach> {
        self.watch.breach.set(Some(breach));
        Err(breach)
    }
}
