//! Why a value could not be written, or bytes were not believed.

use super::CodecError;

/// Why a value was not sealed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SealError {
    /// The fault of the type: no value of it will do better, and saying so again is cheap.
    #[error("no value of `{type_name}` can be stored with this codec")]
    Unstorable { type_name: &'static str },
    /// The fault of this one value.
    #[error("this value of `{type_name}` cannot be stored")]
    Value {
        type_name: &'static str,
        #[source]
        source: CodecError,
    },
    /// It takes so many bytes at least, where no more than `limit` are stored.
    #[error("this value of `{type_name}` takes {at_least} bytes or more, and {limit} are the limit")]
    TooLarge { type_name: &'static str, at_least: usize, limit: usize },
    /// No built-in codec is compiled in and the type has none of its own.
    #[error("no codec is compiled in: enable the feature `bincode`, `json` or `msgpack`")]
    NoCodec,
    /// The operating system is out of order.
    #[error("the system gave no random bytes")]
    Random(#[source] getrandom::Error),
}

/// Why bytes were not believed. For the caller it is always just a miss.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Mismatch {
    /// Too short, or something else lives at this key.
    #[error("the bytes are not an envelope")]
    NotAnEnvelope,
    /// Larger than anything that is ever written.
    #[error("the bytes are more than are ever stored")]
    TooLarge,
    /// A format or a flag of a later release.
    #[error("the envelope has a format that is not known here")]
    Format,
    /// A flipped bit, a missing end, or the value of another key.
    #[error("the checksum does not fit the key and the bytes")]
    Checksum,
    /// Written with a codec that this call does not read.
    #[error("the value was written with another codec")]
    Codec,
    /// Written by another layout of the type, or for another `version`.
    #[error("the value was written by another shape of its type")]
    Shape,
    /// Written by a program with the feature `compression`, which this one lacks.
    #[cfg(not(feature = "compression"))]
    #[error("the payload is compressed, and the feature `compression` is missing here")]
    Compressed,
    /// What was compressed does not become what it is said to become.
    #[cfg(feature = "compression")]
    #[error("the payload could not be decompressed")]
    Decompression(#[source] CodecError),
    /// The codec gave up, although everything around the payload was right.
    #[error("the payload could not be decoded")]
    Payload(#[source] CodecError),
}

impl Mismatch {
    /// A word for metrics.
    pub(crate) fn label(&self) -> &'static str {
        match self {
            Self::NotAnEnvelope => "not_an_envelope",
            Self::TooLarge => "too_large",
            Self::Format => "format",
            Self::Checksum => "checksum",
            Self::Codec => "codec",
            Self::Shape => "shape",
            #[cfg(not(feature = "compression"))]
            Self::Compressed => "compressed",
            #[cfg(feature = "compression")]
            Self::Decompression(_) => "decompression",
            Self::Payload(_) => "payload",
        }
    }
}
