//! Several processes on one Redis: one load for all of them, and an invalidation by any of them wins over it.
//!
//! Caches that are built apart behave to each other as processes do.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test reports by panicking, its helpers too")]

mod clear;
mod cold;
mod fleet;
mod holders;
mod invalidation;
mod old;
mod places;
mod trouble;
mod writing;
