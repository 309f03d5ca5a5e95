//! What a caller gets around the end of a ttl, and who loads: the stale windows, singly and together, in both stores.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test reports by panicking, its helpers too")]
#![expect(clippy::unchecked_time_subtraction, reason = "a time below zero is a mistake of the test, and panics")]

mod ahead;
mod background;
mod errors;
mod fleet;
mod invalidation;
mod policies;
mod slow;
mod stale;
mod stand;
mod stress;
mod table;
