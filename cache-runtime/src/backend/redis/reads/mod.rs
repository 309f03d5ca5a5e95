//! Many reads as one command, when there are many.
//!
//! Where few reads are under way, each goes out by itself: nothing is faster. Where there are many, those that queue up
//! meanwhile go together, in one `MGET`, which costs the server and the client a fraction of as many `GET`s.

mod batch;
mod driver;
mod home;
mod queue;

pub(super) use driver::Reads;
pub(super) use home::Home;
pub(super) use queue::{Turn, answered};
