//! A `redis-server` process of one's own, to kill, freeze, restart and look into.

mod builder;
mod handle;
mod launch;
mod permissions;
mod tls;
mod topology;
mod whole;

pub use builder::Builder;
pub use handle::RedisServer;
pub(crate) use launch::{major_version, spawn};
pub use tls::Tls;
pub(crate) use whole::Whole;
