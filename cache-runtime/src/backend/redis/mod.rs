//! Redis. The only room that names the `redis` crate.

mod endpoint;
mod errors;
mod link;
mod question;
mod reading;
mod scripts;
mod store;
mod supervisor;

pub(crate) use endpoint::Endpoint;
pub(crate) use store::RedisStore;
