//! What the cache tells about itself: one vocabulary of events, and who listens.

mod event;
mod stats;

pub(crate) use event::{Event, Observer};
pub(crate) use stats::Counters;
pub use stats::Stats;
