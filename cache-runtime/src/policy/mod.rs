//! What is said about an entry before it exists: how long it lives, how it is written, when it is fresh.

mod choices;
mod freshness;
mod lifetime;
mod rules;

pub use choices::Policy;
pub(crate) use choices::SHORTEST_NEAR;
pub(crate) use freshness::{Freshness, Windows};
pub use lifetime::IntoTtl;
pub(crate) use lifetime::jittered;
pub use rules::Rules;
