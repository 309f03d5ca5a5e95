//! Many keys in one call: the protocol of each is that of a call of its own, and one load brings all that is missing.
//!
//! Nothing of the protocol stands here. What each key has to do first is found out by [`Engine::prepare`](super::Engine), for
//! all of them at the same time (`gather`); those that are to be loaded are led together (`party`); and what the load brought
//! ends for each of them as any load does (`land`, `fail`).

mod asked;
mod course;
mod gather;
mod job;
mod judge;
mod leases;
mod load;
mod loader;
mod party;
mod patience;
mod read_through;
mod reload;
mod returned;
mod shapes;
mod share;
mod verbs;

pub(crate) use asked::{Asked, told_apart};
pub use load::{LoadMany, OriginMany};
pub(crate) use read_through::{read_through_many, read_through_many_owned};
pub use returned::{Answered, ReturnedMany, ReturnedManyAny, ReturnsMany, UnpackedMany, UnwrappedMany};
pub(super) use share::Crowd;
