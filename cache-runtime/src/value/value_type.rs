//! What is known of a type of value, so that everything above works without the type.

use std::{
    any::{Any, TypeId, type_name},
    fmt,
    sync::Arc,
};

use super::{
    AnyValue, Codec, CustomCodec, Value,
    codec::{Failure, Fault, Format, Identity},
    guard,
    shape::{self, Trace},
};

/// A thin generic shell around a non-generic core: plain function pointers, made by the compiler
/// for each type.
pub struct ValueType {
    type_id: fn() -> TypeId,
    type_name: fn() -> &'static str,
    trace: fn(human_readable: bool) -> Trace,
    coders: Coders,
}

/// The codecs a type may be written with.
enum Coders {
    /// All that are compiled in; the call chooses.
    BuiltIn(&'static [Coder]),
    /// The one that was named for the type.
    Custom(&'static Coder),
}

/// One codec for one type.
pub(super) struct Coder {
    pub(super) identity: Identity,
    pub(super) human_readable: bool,
    encode: fn(&(dyn Any + Send + Sync), &mut Vec<u8>) -> Result<(), Failure>,
    decode: fn(&[u8]) -> Result<AnyValue, Failure>,
}

impl ValueType {
    /// What is known of `T`.
    pub(crate) fn of<T: Value>() -> &'static Self {
        const {
            &Self {
                type_id: TypeId::of::<T>,
                type_name: type_name::<T>,
                trace: shape::trace::<T>,
                coders: Coders::BuiltIn(&[
                    #[cfg(feature = "bincode")]
                    Coder::built_in::<T, super::codec::Bincode>(),
                    #[cfg(feature = "json")]
                    Coder::built_in::<T, super::codec::Json>(),
                    #[cfg(feature = "msgpack")]
                    Coder::built_in::<T, super::codec::Msgpack>(),
                ]),
            }
        }
    }

    /// What is known of a `T` that is always written with `C`.
    pub(crate) fn with_codec<T: Value, C: CustomCodec>() -> &'static Self {
        const {
            &Self {
                type_id: TypeId::of::<T>,
                type_name: type_name::<T>,
                trace: shape::trace::<T>,
                coders: Coders::Custom(&Coder::custom::<T, C>()),
            }
        }
    }

    pub(crate) fn type_id(&self) -> TypeId {
        (self.type_id)()
    }

    pub(crate) fn type_name(&self) -> &'static str {
        (self.type_name)()
    }

    pub(super) fn trace(&self, human_readable: bool) -> Trace {
        (self.trace)(human_readable)
    }

    /// The coder to write with, and the one for what that cannot carry.
    pub(super) fn coders(&self, codec: Option<Codec>) -> [Option<&'static Coder>; 2] {
        match self.coders {
            Coders::Custom(coder) => [Some(coder), None],
            Coders::BuiltIn(coders) => [codec, codec.and_then(Codec::fallback)].map(|codec| {
                let identity = codec?.identity();
                coders.iter().find(|coder| coder.identity == identity)
            }),
        }
    }
}

impl fmt::Debug for ValueType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ValueType").field(&self.type_name()).finish()
    }
}

impl Coder {
    const fn built_in<T: Value, F: Format>() -> Self {
        Self {
            identity: F::CODEC.identity(),
            human_readable: F::HUMAN_READABLE,
            encode: |value, out| guard::encode::<T, F>(downcast(value)?, out),
            decode: |bytes| Ok(Arc::new(guard::decode::<T, F>(bytes)?)),
        }
    }

    const fn custom<T: Value, C: CustomCodec>() -> Self {
        Self {
            identity: Identity::custom(C::NAME),
            human_readable: C::HUMAN_READABLE,
            encode: |value, out| {
                // A vector of its own: what the codec does to it cannot harm the header.
                let mut bytes = Vec::new();
                C::encode::<T>(downcast(value)?, &mut bytes).map_err(|error| Failure { fault: Fault::Value, error })?;
                out.append(&mut bytes);
                Ok(())
            },
            decode: |bytes| match C::decode::<T>(bytes) {
                Ok(value) => Ok(Arc::new(value)),
                Err(error) => Err(Failure { fault: Fault::Type, error }),
            },
        }
    }

    /// Appends the bytes of `value`, which must be of the type this coder was made for.
    pub(super) fn encode(&self, value: &AnyValue, out: &mut Vec<u8>) -> Result<(), Failure> {
        guard::contain(Fault::Value, || (self.encode)(&**value, out))
    }

    /// Reads a value that is all of `bytes`.
    pub(super) fn decode(&self, bytes: &[u8]) -> Result<AnyValue, Failure> {
        guard::contain(Fault::Type, || (self.decode)(bytes))
    }
}

fn downcast<T: Value>(value: &(dyn Any + Send + Sync)) -> Result<&T, Failure> {
    value.downcast_ref().ok_or_else(|| Failure::of_value("the value is of another type than its `ValueType`"))
}
