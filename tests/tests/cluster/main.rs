//! Caches on a Redis Cluster: every verb, slots that move, and primaries that die.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test reports by panicking, its helpers too")]

mod failover;
mod migration;
mod near;
mod oracle;
mod stand;
mod under_load;
mod verbs;
