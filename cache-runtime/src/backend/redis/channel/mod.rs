//! The channel on which processes tell each other of changes, where Redis does not do it.

mod audience;
mod feeds;
mod listening;
mod publisher;
mod subscription;

pub(super) use listening::{Channel, Listening};
pub(super) use publisher::{Change, Publisher};
