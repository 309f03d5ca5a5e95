//! What a function stores, without the means to write and read it.

use std::any::type_name;
use std::fmt;

use super::codec::{Codec, CustomCodec, Identity};
use super::shape::{self, Outline, Trace};
use super::{Value, guard};

/// The type of the values of a function, and the codec of its own that they are written with, if there is one.
///
/// Unlike a [`ValueType`](super::ValueType) it brings no coders along: naming it costs a program little.
#[derive(Clone, Copy)]
pub struct Stored {
    pub(super) type_name: fn() -> &'static str,
    pub(super) trace: fn(human_readable: bool) -> Trace,
    pub(super) codec: Option<Named>,
}

/// What tells values of one codec from those of another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Named {
    pub(super) identity: Identity,
    pub(super) human_readable: bool,
}

impl Stored {
    /// Values of the type `T`, in a codec that the function does not name, or by the name of a built-in one.
    #[must_use]
    pub fn of<T: Value>() -> Self {
        Self { type_name: type_name::<T>, trace: shape::trace::<T>, codec: None }
    }

    /// The same, always written with `C`.
    #[must_use]
    pub fn by<C: CustomCodec>(self) -> Self {
        let codec = Named { identity: Identity::custom(C::NAME), human_readable: C::HUMAN_READABLE };
        Self { codec: Some(codec), ..self }
    }

    pub(crate) fn type_name(&self) -> &'static str {
        (self.type_name)()
    }

    /// The name of the codec of its own.
    pub(crate) fn codec(&self) -> Option<&'static str> {
        self.codec.map(|codec| codec.identity.name)
    }

    /// The fingerprint in the header of its values, where `codec` writes them unless there is one of its own.
    pub(crate) fn fingerprint(&self, codec: Option<Codec>, version: u32) -> Option<u64> {
        let built_in = codec.map(|codec| Named { identity: codec.identity(), human_readable: codec.human_readable() });
        self.codec.or(built_in).map(|codec| self.shape(codec, version))
    }

    /// The layout alone, as a codec sees it that is for people to read, or one that is not.
    pub(crate) fn layout(&self, human_readable: bool) -> u64 {
        self.shape(Named { identity: Identity::custom(""), human_readable }, 0)
    }

    /// Whether the codec of its own is for people to read.
    pub(crate) fn human_readable(&self) -> Option<bool> {
        self.codec.map(|codec| codec.human_readable)
    }

    fn shape(&self, codec: Named, version: u32) -> u64 {
        // It runs code of the type, of which nothing may reach the caller.
        let trace = guard::contain(drop, || Ok((self.trace)(codec.human_readable))).unwrap_or_default();
        let outline = Outline { type_name: self.type_name(), codec: codec.identity, version, tags: &[] };
        shape::fingerprint(&trace, &outline)
    }
}

impl fmt::Debug for Stored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stored").field("type", &self.type_name()).field("codec", &self.codec()).finish()
    }
}
