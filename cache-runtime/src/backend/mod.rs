//! What implements the port. Only the builder of a cache knows these.

mod memory;
mod redis;

pub(crate) use memory::MemoryStore;
pub(crate) use redis::{Address, News, RedisStore};
pub use redis::{Credentials, Login, LoginFuture, Tls};
