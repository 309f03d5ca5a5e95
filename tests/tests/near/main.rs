//! Decoded values in the process: served without a round trip, and forgotten as soon as Redis has another one.
#![expect(clippy::unwrap_used, reason = "a test reports by panicking, its helpers too")]

mod hits;
mod invalidation;
mod outages;
mod runtimes;
mod stand;
mod tags;
mod windows;
mod writers;
