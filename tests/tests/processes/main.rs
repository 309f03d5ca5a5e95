//! Promise 3 across real processes: one load of a cold key for all of them, whoever of them dies, freezes or is slow. And what
//! they keep of a value is forgotten in all of them.
//!
//! Run with `--nocapture` to see how long waiting processes wait, and what they ask of Redis meanwhile.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test reports by panicking")]

mod fleet;
mod holders;
mod invalidation;
mod keeper;
mod member;
mod messages;
mod near;
mod one_load;
