//! Single-flight: one load per key in this process.
//!
//! The first caller that misses leads and loads; those that come while it does follow and get what it got. A leader
//! that is dropped or panics strands nobody: its flight is abandoned, its followers start over, and one of them leads. So
//! they do with a leader that is not polled any more.
//!
//! What a load brings was true when the load began. So it is the answer for those who arrived before that; for those who came
//! later only if it is known to have been true after they came, and for the others not at all: they may have come because
//! something was invalidated. [`Moment`] is how that is told.

mod board;
mod leader;
mod moment;
mod pulse;
mod reentry;

pub(crate) use board::{Board, Follower, Place, Seat, Ticket};
pub(crate) use leader::{Landing, Leader};
pub(crate) use moment::Moment;
pub(crate) use pulse::Pulse;
pub(crate) use reentry::{Flying, is_held_here, is_loading_here};
