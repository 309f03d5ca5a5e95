//! Many keys in one call: what is there is read, what is missing is loaded once, and each key keeps its promises by itself.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test reports by panicking, its helpers too"
)]

mod failures;
mod guards;
mod hits;
mod invalidation;
mod large;
mod near;
mod overlaps;
mod shapes;
mod singles;
mod stand;
mod store;
mod tags;
mod windows;
