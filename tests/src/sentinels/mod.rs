//! A master with replicas, and three sentinels that watch it.

mod handle;
mod sentinel;

pub use handle::Sentinels;
