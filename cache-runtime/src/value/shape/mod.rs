//! The shape fingerprint: a hash of how a type reads itself.
//!
//! A positional codec says nothing of fields: a reordered or retyped struct decodes to a wrong value
//! without an error. So `T::deserialize` is run once with a deserializer that writes down what it is
//! asked for and hands out samples. Another layout asks otherwise, and its values are a miss.

mod access;
mod arity;
mod choices;
mod deserializer;
mod fingerprint;
mod recorder;
mod samples;
mod tracer;
mod variants;

pub(super) use arity::{Arity, Counts};
pub(super) use fingerprint::{Outline, fingerprint};
pub(super) use tracer::{Trace, trace};
