//! The service as it is deployed: real processes on one database and one Redis.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test reports by panicking")]

mod client;
mod compose;
mod disks;
mod errors;
mod fleet;
mod headers;
mod load;
mod monitoring;
mod outages;
mod promql;
mod routes;
mod shutdown;
mod stand;
