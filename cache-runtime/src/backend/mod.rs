//! What implements the port. Only the builder of a cache knows these.

mod memory;
mod redis;

pub(crate) use memory::MemoryStore;
pub use redis::Tls;
pub(crate) use redis::{Address, News, RedisStore};
