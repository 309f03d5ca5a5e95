//! Putting a failure into words, for a log line, where its type has any.
//!
//! An error needs nothing at all to be returned by an annotated function, so whether it can be shown is found out as its
//! shape is: generated code writes `Words::<R>::NEW.find()`, and the compiler picks the first type in the chain [`Words`] →
//! [`WordsOfDebug`] → [`NoWords`] that has a method for `R`.

use std::fmt::{Debug, Display};
use std::marker::PhantomData;
use std::ops::Deref;

/// What a return says went wrong; empty where nothing did.
pub type Wording<R> = fn(&R) -> String;

/// A return type whose failure is to be shown; has a method where that is `Display`.
#[derive(Debug)]
pub struct Words<R>(WordsOfDebug<R>);

/// Has a method where the failure is `Debug`.
#[derive(Debug)]
pub struct WordsOfDebug<R>(NoWords<R>);

/// Has a method whatever `R` is.
#[derive(Debug)]
pub struct NoWords<R>(PhantomData<fn() -> R>);

impl<R> Words<R> {
    /// The only value there is.
    pub const NEW: Self = Self(WordsOfDebug(NoWords(PhantomData)));
}

impl<R> Deref for Words<R> {
    type Target = WordsOfDebug<R>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<R> Deref for WordsOfDebug<R> {
    type Target = NoWords<R>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<T, E: Display> Words<Result<T, E>> {
    /// How to say it.
    #[must_use]
    pub fn find(&self) -> Option<Wording<Result<T, E>>> {
        Some(|returned| returned.as_ref().err().map(E::to_string).unwrap_or_default())
    }
}

impl<T, E: Debug> WordsOfDebug<Result<T, E>> {
    /// How to say it.
    #[must_use]
    pub fn find(&self) -> Option<Wording<Result<T, E>>> {
        Some(|returned| returned.as_ref().err().map(|error| format!("{error:?}")).unwrap_or_default())
    }
}

impl<R> NoWords<R> {
    /// There is no way to say it.
    #[must_use]
    pub fn find(&self) -> Option<Wording<R>> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Mute;
    #[derive(Debug)]
    struct Shown;

    #[test]
    fn a_failure_is_shown_as_well_as_it_can_be() {
        let display = Words::<std::io::Result<u8>>::NEW.find().unwrap();
        assert_eq!(display(&Err(std::io::Error::other("the disk is full"))), "the disk is full");
        assert_eq!(display(&Ok(1)), "");
        let debug = Words::<Result<u8, Shown>>::NEW.find().unwrap();
        assert_eq!(debug(&Err(Shown)), "Shown");
        assert!(Words::<Result<u8, Mute>>::NEW.find().is_none());
        assert!(Words::<u8>::NEW.find().is_none());
    }
}
