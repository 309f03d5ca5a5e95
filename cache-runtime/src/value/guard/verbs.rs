//! A guarded encoding, decoding or reading back.

use std::cell::Cell;

use serde::{
    Serialize,
    de::{Deserialize, DeserializeOwned, Deserializer},
};

use super::{
    deserializer::GuardedDeserializer,
    level::Level,
    limits::{Breach, Length},
    serializer::Guarded,
    sink::Sink,
    stack,
    tape::Tape,
    watch::Watch,
    written::Written,
};
use crate::value::{
    codec::{CodecError, Failure, Format},
    shape::Arity,
};

/// Appends the bytes of `value` in format `F`.
pub(in crate::value) fn encode<T: Serialize, F: Format>(
    value: &T,
    arities: &[Arity],
    out: &mut Sink<'_>,
) -> Result<Written, Failure> {
    let watch = Watch::writing(F::RULES, arities);
    let written = F::write(&Guarded::new(value, Level::top(&watch)), out);
    if out.is_full() {
        return Err(Failure::of_size());
    }
    written.map_err(|failure| watch.explain(failure))?;
    watch.written(out.len()).map_err(Failure::of_value)
}

/// Reads a `T` that is all of `bytes`, in format `F`. With it comes the memory that it takes, in bytes, about.
pub(in crate::value) fn decode<T: DeserializeOwned, F: Format>(bytes: &[u8]) -> Result<(T, usize), CodecError> {
    F::read(bytes).map(|Watched { value, memory, .. }| (value, memory))
}

/// Whether a `T` is read from `bytes` as it was written.
pub(in crate::value) fn read_back<T: DeserializeOwned, F: Format>(
    bytes: &[u8],
    written: &Written,
) -> Result<(), Failure> {
    let Watched { tape: read, .. } = F::read::<Watched<T>>(bytes).map_err(|error| match BREACH.get() {
        Some(breach) => Failure::of_value(breach),
        None => Failure::of_type(error),
    })?;
    if F::RULES.positional && !written.tape.agrees(read) {
        return Err(Failure::of_type("it is written as other primitives than it is read as"));
    }
    Ok(())
}

/// Makes ready for [`decode`] or [`read_back`]. To be called before there is anything of the type on the stack.
pub(in crate::value) fn announce(length: Length) {
    LENGTH.set(length);
    STACK.set(stack::here());
    BREACH.set(None);
}

// A codec can be told which type to read, but not with what, so these do not go through its hands.
thread_local! {
    /// The length of what this thread is about to decode.
    static LENGTH: Cell<Length> = const { Cell::new(Length::plain(0)) };
    /// Where its stack is before.
    static STACK: Cell<usize> = const { Cell::new(0) };
    /// Why the last decoding of this thread was stopped, if it was.
    static BREACH: Cell<Option<Breach>> = const { Cell::new(None) };
}

/// A value that is read through the guard.
struct Watched<T> {
    value: T,
    tape: Tape,
    /// The memory that it takes, in bytes, about.
    memory: usize,
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Watched<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let watch = Watch::reading(LENGTH.get(), STACK.get());
        let value = T::deserialize(GuardedDeserializer::new(deserializer, Level::top(&watch)));
        BREACH.set(watch.breach());
        Ok(Self { value: value?, tape: watch.tape.get(), memory: watch.memory().max(size_of::<T>()) })
    }
}
