//! What is known of a type of value, so that everything above works without the type.

use std::{
    any::{Any, TypeId, type_name},
    fmt, ptr,
    sync::Arc,
};

use super::{
    AnyValue, Codec, CustomCodec, Value,
    codec::{CodecError, Custom, Failure, Format, Identity},
    guard::{self, Length, Sink, Written},
    shape::{self, Arity, Trace},
    stored::{Named, Stored},
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
    encode: Encode,
    decode: Decode,
    read_back: ReadBack,
}

type Encode = fn(&(dyn Any + Send + Sync), &[Arity], &mut Sink<'_>) -> Result<Written, Failure>;
type ReadBack = fn(&[u8], &Written) -> Result<(), Failure>;
type Decode = fn(&[u8]) -> Result<Decoded, CodecError>;

/// A value that was read.
pub(super) struct Decoded {
    pub(super) value: AnyValue,
    /// The bytes that it takes in memory, about.
    pub(super) memory: usize,
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
                    Coder::of::<T, super::codec::Bincode>(),
                    #[cfg(feature = "json")]
                    Coder::of::<T, super::codec::Json>(),
                    #[cfg(feature = "msgpack")]
                    Coder::of::<T, super::codec::Msgpack>(),
                    #[cfg(all(feature = "bincode", feature = "msgpack"))]
                    Coder::of::<T, super::codec::Msgpack>().standing_in_for(Codec::Bincode),
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
                coders: Coders::Custom(&Coder::of::<T, Custom<C>>()),
            }
        }
    }

    pub(crate) fn type_id(&self) -> TypeId {
        (self.type_id)()
    }

    pub(crate) fn type_name(&self) -> &'static str {
        (self.type_name)()
    }

    /// Whether what was read as `other` is what would be read as this: the compiler may have made two of one.
    pub(crate) fn reads_like(&self, other: &Self) -> bool {
        ptr::eq(self, other) || (self.type_id() == other.type_id() && self.custom() == other.custom())
    }

    /// The same without the coders.
    pub(crate) fn stored(&self) -> Stored {
        let codec = match self.coders {
            Coders::Custom(only) => Some(Named { identity: only.identity, human_readable: only.human_readable }),
            Coders::BuiltIn(_) => None,
        };
        Stored { type_name: self.type_name, trace: self.trace, codec }
    }

    fn custom(&self) -> Option<Identity> {
        match self.coders {
            Coders::Custom(only) => Some(only.identity),
            Coders::BuiltIn(_) => None,
        }
    }

    pub(super) fn trace(&self, human_readable: bool) -> Trace {
        (self.trace)(human_readable)
    }

    /// The coder to write with, and the one for what that cannot carry.
    pub(super) fn coders(&self, codec: Option<Codec>) -> [Option<&'static Coder>; 2] {
        match self.coders {
            Coders::Custom(only) => [Some(only), None],
            Coders::BuiltIn(all) => {
                let identities = [codec.map(Codec::identity), codec.and_then(Codec::stand_in)];
                identities.map(|identity| all.iter().find(|coder| Some(coder.identity) == identity))
            }
        }
    }
}

impl fmt::Debug for ValueType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ValueType").field(&self.type_name()).finish()
    }
}

impl Coder {
    const fn of<T: Value, F: Format>() -> Self {
        Self {
            identity: F::IDENTITY,
            human_readable: F::HUMAN_READABLE,
            encode: |value, arities, out| {
                let value = value.downcast_ref::<T>().ok_or_else(wrong_type)?;
                guard::encode::<T, F>(value, arities, out)
            },
            decode: |bytes| {
                let (value, memory) = guard::decode::<T, F>(bytes)?;
                Ok(Decoded { value: Arc::new(value), memory })
            },
            read_back: guard::read_back::<T, F>,
        }
    }

    #[cfg(all(feature = "bincode", feature = "msgpack"))]
    const fn standing_in_for(self, codec: Codec) -> Self {
        match codec.stand_in() {
            Some(identity) => Self { identity, ..self },
            None => self,
        }
    }

    /// Appends the bytes of `value`, which must be of the type this coder was made for.
    pub(super) fn encode(&self, value: &AnyValue, arities: &[Arity], out: &mut Sink<'_>) -> Result<Written, Failure> {
        guard::contain(Failure::of_value, || (self.encode)(&**value, arities, out))
    }

    /// Whether `bytes` are read as they were written, of which so many are stored.
    pub(super) fn read_back(&self, bytes: &[u8], stored: usize, written: &Written) -> Result<(), Failure> {
        guard::announce(Length { read: bytes.len(), stored });
        guard::contain(Failure::of_type, || (self.read_back)(bytes, written))
    }

    /// Reads a value that is all of `bytes`, of which so many are stored.
    pub(super) fn decode(&self, bytes: &[u8], stored: usize) -> Result<Decoded, CodecError> {
        guard::announce(Length { read: bytes.len(), stored });
        guard::contain(CodecError::new, || (self.decode)(bytes))
    }
}

fn wrong_type() -> Failure {
    Failure::of_value("the value is of another type than its `ValueType`")
}
