//! A master with replicas, and three sentinels that watch it.
#![expect(clippy::indexing_slicing, clippy::expect_used, reason = "a test's support reports by panicking, everywhere")]

mod handle;
mod sentinel;

pub use handle::Sentinels;
