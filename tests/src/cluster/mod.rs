//! A Redis Cluster of one's own, to kill nodes of, and to move slots in.

mod create;
mod handle;
mod migration;

pub(crate) use create::{is_primary, until_in_order};
pub use handle::RedisCluster;
pub use migration::Migration;
