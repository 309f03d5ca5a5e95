//! A master, its replicas and three sentinels: real failovers, with caches on them.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test reports by panicking, its helpers too")]

mod load;
mod near;
mod outages;
mod stand;
mod takeover;
mod works;
