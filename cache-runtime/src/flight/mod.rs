//! Single-flight: one load per key in this process.
//!
//! The first caller that misses leads and loads; those that come while it does follow and get what it got. A leader
//! that is dropped or panics strands nobody: its flight is abandoned, its followers start over, and one of them leads. So
//! they do with a leader that is not polled any more.

mod board;
mod leader;
mod pulse;
mod reentry;

pub(crate) use board::{Board, Follower, Place, Seat, Ticket};
pub(crate) use leader::{Landing, Leader};
