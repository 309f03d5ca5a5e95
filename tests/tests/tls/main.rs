//! Connections over TLS: who is believed, and who has to show who he is.
#![expect(clippy::unwrap_used, reason = "a test reports by panicking, its helpers too")]

mod authority;
mod believed;
mod clients;
mod stand;
mod topologies;
