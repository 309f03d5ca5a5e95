//! Codecs: a value to bytes and back, one file each.

#[cfg(feature = "bincode")]
mod bincode;
mod custom;
mod error;
mod format;
#[cfg(feature = "json")]
mod json;
mod kind;
#[cfg(feature = "msgpack")]
mod msgpack;

pub use custom::CustomCodec;
pub use error::CodecError;
pub use kind::Codec;

#[cfg(feature = "bincode")]
pub(super) use bincode::Bincode;
pub(super) use custom::Custom;
pub(super) use error::{Failure, Fault};
pub(super) use format::{Format, Rules};
#[cfg(feature = "json")]
pub(super) use json::Json;
pub(super) use kind::Identity;
#[cfg(feature = "msgpack")]
pub(super) use msgpack::Msgpack;
