//! Values of more than 256 KiB, on a real Redis: they come back whole, hold nobody up, and are forgotten like any other.
#![expect(clippy::unwrap_used, reason = "a test reports by panicking, its helpers too")]

mod compressed;
mod invalidation;
mod near;
mod round_trips;
mod stand;
mod too_large;
