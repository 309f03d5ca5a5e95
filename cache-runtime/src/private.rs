//! The complete list of names that generated code may use. Not part of the public API.

// What the macro writes.
pub use crate::attribute::{Call, Tag, argument};
pub use crate::engine::{PlainShape, Returned, Returns, Unwrapped, Words, blocking};
pub use crate::key::{Arg, Part};
pub use crate::mode::{refreshed, uncached};
pub use crate::policy::Rules;
pub use crate::spec::Spec;

// What those are made of.
pub use crate::attribute::{CodecChoice, Configured, Custom, Writer};
pub use crate::engine::{
    InOption, InResult, InResultOption, Itself, Load, NoWords, Origin, ReturnedAny, ReturnedOption, ReturnedResult,
    ReturnedShared, Sharing, Unpacked, Wording, WordsOfDebug,
};
pub use crate::key::{ArgLast, ArgOf, ArgShown, Integer, Whole};
pub use crate::policy::IntoTtl;
pub use crate::value::ValueType;
