//! Bytes around a value: what is written to a store, and what is believed when it is read back.
//!
//! ```text
//!   seal / open             the two verbs of this room; everything below serves them
//!     envelope              header, checksum, payload: the one owner of the layout
//!     compression           payloads in fewer bytes
//!     value_type            what is known of a `T`: its name, its coders, how to trace it
//!     stored                the same without the coders
//!     ledger                once per type, codec and version: fingerprint and standing
//!       shape               the fingerprint of a type's layout
//!       codec               values to bytes: bincode, json, msgpack, or the user's own
//!         guard             limits around every built-in codec, in both directions
//! ```
//!
//! Whatever the bytes are, reading them ends soon, in bounded memory, with the value that was
//! written or with a [`Mismatch`], which is a miss and nothing worse.

mod codec;
mod compression;
mod content;
mod envelope;
mod error;
mod guard;
mod ledger;
mod nothing;
mod open;
mod seal;
mod shape;
mod stored;
mod value_type;

#[cfg(test)]
mod tests;

pub use codec::{Codec, CodecError, CustomCodec};
pub use content::Value;
pub use stored::Stored;
pub use value_type::ValueType;

pub(crate) use content::{AnyValue, Bounds, Content, Encoding, Meta, Opened, Unsealed, Version};
pub(crate) use envelope::{BEGINNING, is_envelope};
pub(crate) use error::{Mismatch, SealError};
pub(crate) use nothing::{is_nothing, nothing};
pub(crate) use open::{LONGEST, effort, open};
pub(crate) use seal::seal;
