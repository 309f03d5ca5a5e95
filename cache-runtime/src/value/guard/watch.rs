//! One guarded encoding or decoding, from its beginning to its end.

use std::cell::Cell;

use serde::{
    Serialize,
    de::{Deserialize, DeserializeOwned, Deserializer},
};

use super::{
    deserializer::GuardedDeserializer,
    level::Level,
    limits::{Breach, MAX_PAYLOAD, max_elements},
    serializer::Guarded,
    tape::Tape,
};
use crate::value::{
    codec::{CodecError, Failure, Format, Rules},
    shape::Arity,
};

/// Appends the bytes of `value` in format `F`.
pub(in crate::value) fn encode<T: Serialize, F: Format>(
    value: &T,
    arities: &[Arity],
    out: &mut Vec<u8>,
) -> Result<Tape, Failure> {
    // How many elements are too many depends on the bytes, so that is looked at when they are there.
    let watch = Watch::new(F::RULES, arities, usize::MAX);
    let start = out.len();
    F::write(&Guarded::new(value, Level::top(&watch)), out).map_err(|failure| watch.explain(failure))?;
    watch.check_written(out.len() - start).map_err(Failure::of_value)?;
    Ok(watch.tape.get())
}

/// Reads a `T` that is all of `bytes`, in format `F`.
pub(in crate::value) fn decode<T: DeserializeOwned, F: Format>(bytes: &[u8]) -> Result<T, CodecError> {
    READABLE_ELEMENTS.set(max_elements(bytes.len()));
    F::read(bytes).map(|Watched(value, _)| value)
}

/// Whether a `T` is read from `bytes` as it was written.
pub(in crate::value) fn read_back<T: DeserializeOwned, F: Format>(
    bytes: &[u8],
    written: Tape,
) -> Result<(), CodecError> {
    READABLE_ELEMENTS.set(max_elements(bytes.len()));
    let Watched(_, read) = F::read::<Watched<T>>(bytes)?;
    if F::RULES.positional && !written.agrees(read) {
        return Err(CodecError::new("it is written as other primitives than it is read as"));
    }
    Ok(())
}

thread_local! {
    /// How many elements the decoding that this thread is about to begin may come to. A codec can be
    /// told which type to read, but not with what, so this does not go through its hands.
    static READABLE_ELEMENTS: Cell<usize> = const { Cell::new(0) };
}

/// A value that is read through the guard.
struct Watched<T>(T, Tape);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Watched<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let watch = Watch::new(Rules::default(), &[], READABLE_ELEMENTS.get());
        let value = T::deserialize(GuardedDeserializer::new(deserializer, Level::top(&watch)))?;
        Ok(Self(value, watch.tape.get()))
    }
}

/// What all wrappers of one encoding or decoding share.
pub(super) struct Watch<'a> {
    rules: Rules,
    arities: &'a [Arity],
    max_elements: usize,
    elements: Cell<usize>,
    breach: Cell<Option<Breach>>,
    pub(super) tape: Cell<Tape>,
}

impl<'a> Watch<'a> {
    fn new(rules: Rules, arities: &'a [Arity], max_elements: usize) -> Self {
        Self { rules, arities, max_elements, elements: Cell::new(0), breach: Cell::new(None), tape: Cell::default() }
    }

    pub(super) fn rules(&self) -> Rules {
        self.rules
    }

    pub(super) fn arities(&self) -> &[Arity] {
        self.arities
    }

    /// Counts one element; false when it is one too many.
    pub(super) fn count(&self) -> bool {
        let elements = self.elements.get() + 1;
        self.elements.set(elements);
        elements <= self.max_elements
    }

    /// Remembers why the codec is being stopped.
    pub(super) fn note(&self, breach: Breach) -> Breach {
        self.breach.set(Some(breach));
        breach
    }

    /// The codec reports our own stop in its own words: put ours back.
    fn explain(&self, failure: Failure) -> Failure {
        match self.breach.get() {
            Some(breach @ (Breach::LeftOut(_) | Breach::FewerFields(_) | Breach::Shifted(_))) => {
                Failure::of_type(breach)
            }
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
