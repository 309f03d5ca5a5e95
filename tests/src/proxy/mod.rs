//! A network on which things go wrong on purpose, between a client and a port of this machine.

mod fault;
mod handle;
mod link;
mod listener;
mod pump;

pub use fault::{Direction, Fault};
pub use handle::FaultProxy;
