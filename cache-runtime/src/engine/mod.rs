//! The verbs: what happens between a call and its answer.
//!
//! Each verb is a thin shell over code that knows nothing of the value's type, so that a hundred annotated functions
//! compile it once.

mod acquire;
mod aside;
mod backoff;
mod budget;
mod caller;
mod election;
mod fail;
mod follow;
mod invalidate;
mod land;
mod lease;
mod leftovers;
mod load;
mod look_up;
mod many;
mod nearby;
mod outcome;
mod overtake;
mod panics;
mod patience;
mod placeholder;
mod prepare;
mod put;
mod read_through;
mod recall;
mod recent;
mod reload;
mod removals;
#[cfg(feature = "metrics")]
mod reports;
mod request;
mod returned;
mod settle;
mod sharing;
mod spans;
mod state;
mod stored;
mod tags;
mod too_large;
mod words;

pub use load::{Load, Origin, blocking};
pub use many::{
    Answered, LoadMany, OriginMany, ReturnedMany, ReturnedManyAny, ReturnsMany, UnpackedMany, UnwrappedMany,
};
pub(crate) use many::{Asked, read_through_many, read_through_many_owned, told_apart};
pub(crate) use read_through::{let_others_run, read_through, read_through_owned};
pub(crate) use request::Request;
pub use returned::{
    InOption, InResult, InResultOption, Itself, PlainShape, Returned, ReturnedAny, ReturnedBorrowed, ReturnedOption,
    ReturnedResult, ReturnedShared, ReturnedUnknown, Returns, Unpacked, Unwrapped,
};
pub use sharing::Sharing;
pub(crate) use state::{Engine, Settings};
pub use words::{NoWords, Wording, Words, WordsOfDebug};

#[cfg(test)]
mod tests;
