//! The port: what the cache asks of the place where values are kept.
//!
//! One small trait, and the suite of behaviours that every backend must show. Nothing here knows a backend.

#[cfg(any(test, feature = "metrics", feature = "test-util"))]
mod around;
#[cfg(test)]
pub(crate) mod conformance;
mod feed;
mod port;
mod returns;

#[cfg(any(test, feature = "metrics", feature = "test-util"))]
pub(crate) use around::{Around, Layer, Operation};
pub use feed::{Coherence, NearFeed};
pub(crate) use feed::{Feed, Listener, Pledge};
pub(crate) use port::{Answer, Found, Query, Store, Tags};
pub(crate) use returns::Returns;
