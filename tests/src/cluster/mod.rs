//! A Redis Cluster of one's own, to kill nodes of, and to move slots in.

mod create;
mod handle;
mod migration;

pub use handle::RedisCluster;
pub use migration::Migration;
