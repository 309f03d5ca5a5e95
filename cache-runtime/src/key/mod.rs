//! Keys: injective, readable, bounded.
//!
//! A key is `namespace:` and a template whose placeholders were replaced by escaped text, so that two different
//! argument lists never share a key, whatever the strings contain, and `redis-cli DEL shop:user:7` still works.

mod arg;
mod escape;
mod name;
mod part;
mod template;
mod text;

pub use arg::{Arg, ArgLast, ArgOf, ArgShown, Integer, Part, Whole};
pub(crate) use escape::must_escape;
pub use name::{IntoKey, Key};
pub use part::{KeyPart, PartWriter};
pub(crate) use template::Template;
pub(crate) use text::Text;

#[cfg(test)]
mod tests;
