//! Values that are kept in the process where Redis does not tell of changes: the processes tell each other on a channel, and
//! where there is none, the time of a value in the process bounds how old it can be.
//!
//! All on single servers: a cluster has no channel, and behind sentinels it is the master's.
#![expect(clippy::unwrap_used, reason = "a test reports by panicking, its helpers too")]

mod changes;
mod choice;
mod expiry;
mod failover;
mod loss;
mod proxies;
mod refused;
mod runtimes;
mod stand;
