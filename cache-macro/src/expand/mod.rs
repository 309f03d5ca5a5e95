//! Model to tokens; cannot fail.

mod call;
mod companions;
mod function;
mod member;
mod names;
mod rules;
mod spec;
mod value;
mod verbs;
mod wrapper;

pub(crate) use companions::companions;
pub(crate) use function::expand;
pub(crate) use verbs::Bodies;
