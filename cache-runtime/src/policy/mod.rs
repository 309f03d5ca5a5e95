//! What is said about an entry before it exists: how long it lives, how it is written.

mod choices;
mod lifetime;
mod rules;

pub use choices::Policy;
pub use lifetime::IntoTtl;
pub(crate) use lifetime::jittered;
pub use rules::Rules;
