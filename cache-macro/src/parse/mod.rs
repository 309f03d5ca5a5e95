//! Text to facts: everything that can be said about one piece alone, without looking at the others.

mod argument;
mod arguments;
mod captures;
mod changes;
mod duration;
mod each;
mod expression;
mod fraction;
mod function;
mod mentions;
mod nearest;
mod pattern;
mod shown;
mod tags;
mod template;
mod time;
mod used;
mod values;
mod written;

pub(crate) use arguments::{Arguments, Codec, Companions, Near, Ttl, arguments};
pub(crate) use changes::{Changes, changes};
pub(crate) use each::Each;
pub(crate) use expression::{bare, found};
pub(crate) use function::{Function, Parameter, function};
pub(crate) use mentions::{begins_item, ends_item, names_in};
pub(crate) use nearest::{did_you_mean, nearest};
pub(crate) use pattern::{Bound, bindings, bound, hidden_names, without_mut};
pub(crate) use shown::shown;
pub(crate) use template::Placeholder;
pub(crate) use time::Time;
pub(crate) use used::parameters_used;
pub(crate) use written::Written;
