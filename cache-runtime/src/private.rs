//! The complete list of names that generated code may use. Not part of the public API.

// What the macro writes.
pub use crate::__register as register;
pub use crate::attribute::{Batch, Call, Tag, argument};
pub use crate::engine::{
    PlainShape, Returned, ReturnedBorrowed, ReturnedMany, Returns, Unwrapped, UnwrappedMany, Words, blocking,
};
pub use crate::key::{Arg, Part};
pub use crate::mode::{refreshed, uncached};
pub use crate::policy::Rules;
pub use crate::spec::{Spec, path_of};

// What those are made of.
pub use crate::attribute::{CodecChoice, Configured, Custom, Writer};
pub use crate::catalogue::{Fill, Registration};
pub use crate::engine::{
    Answered, InOption, InResult, InResultOption, Itself, Load, LoadMany, NoWords, Origin, OriginMany, ReturnedAny,
    ReturnedManyAny, ReturnedOption, ReturnedResult, ReturnedShared, ReturnedUnknown, ReturnsMany, Sharing, Unpacked,
    UnpackedMany, Wording, WordsOfDebug,
};
pub use crate::key::{ArgLast, ArgOf, ArgShown, Integer, Whole};
pub use crate::policy::IntoTtl;
pub use crate::value::{Stored, ValueType};
pub use inventory::submit;
