//! A `redis-server` process of one's own, to kill, freeze, restart and look into.

mod builder;
mod handle;
mod launch;
mod permissions;
mod tls;
mod topology;

pub use builder::Builder;
pub use handle::RedisServer;
pub(crate) use launch::spawn;
pub use tls::Tls;
