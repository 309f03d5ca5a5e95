//! Model to tokens; cannot fail.

mod body;
mod call;
mod companions;
mod function;
mod many;
mod member;
mod names;
mod receiver;
mod registration;
mod rules;
mod spec;
mod target;
mod template;
mod value;
mod verbs;
mod wrapper;
mod writer;

pub(crate) use companions::companions;
pub(crate) use function::expand;
pub(crate) use verbs::Bodies;
pub(crate) use writer::writer;
