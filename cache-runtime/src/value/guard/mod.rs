//! Limits around every built-in codec, in both directions, without knowing the bytes.
//!
//! A forwarding `Serializer` and a forwarding `Deserializer` pass each call on to the codec's own and
//! count. What may be written is what may be read: a value that would be refused when it comes back
//! is refused before it is stored.

mod access;
mod compound;
mod deserializer;
mod level;
mod limits;
mod marks;
mod panics;
mod serializer;
mod sink;
mod stack;
mod tape;
mod verbs;
mod visitor;
mod watch;
mod written;

pub(super) use limits::{Length, MAX_DEPTH, MAX_PAYLOAD};
pub(super) use marks::Known;
pub(super) use panics::contain;
pub(super) use sink::Sink;
pub(super) use verbs::{announce, decode, encode, read_back};
pub(super) use written::Written;
