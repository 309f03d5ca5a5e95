//! Redis. The only room that names the `redis` crate.

mod endpoint;
mod errors;
mod line;
mod lines;
mod link;
mod plain;
mod question;
mod reading;
mod returns;
mod runtimes;
mod scripts;
mod store;
mod supervisor;
mod tracking;
mod waiters;
mod waiting;

#[cfg(test)]
mod tests;

pub(crate) use endpoint::Endpoint;
pub(crate) use store::RedisStore;
