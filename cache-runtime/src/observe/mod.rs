//! What the cache tells about itself: one vocabulary of events, and who is told.

mod event;
mod functions;
#[cfg(feature = "metrics")]
mod histogram;
#[cfg(feature = "metrics")]
mod holdings;
mod lap;
mod observer;
mod outcome;
#[cfg(feature = "metrics")]
mod reporter;
mod stats;
mod striped;
#[cfg(feature = "metrics")]
mod timed;

pub(crate) use event::{Event, Subject};
pub(crate) use lap::Lap;
pub(crate) use observer::Observer;
pub use outcome::{Outcome, Outcomes, observed};
#[cfg(feature = "metrics")]
pub(crate) use reporter::Reporter;
pub use stats::Stats;
#[cfg(feature = "metrics")]
pub(crate) use timed::OperationTimes;
