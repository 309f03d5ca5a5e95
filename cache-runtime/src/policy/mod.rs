//! What is said about an entry before it exists: how long it lives, how it is written.

mod lifetime;
mod policy;
mod rules;

pub use lifetime::IntoTtl;
pub(crate) use lifetime::jittered;
pub use policy::Policy;
pub use rules::Rules;
