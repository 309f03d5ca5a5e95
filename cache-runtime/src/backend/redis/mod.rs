//! Redis. The only room that names the `redis` crate.

mod endpoint;
mod errors;
mod link;
mod store;
mod supervisor;

pub(crate) use endpoint::Endpoint;
pub(crate) use store::RedisStore;
