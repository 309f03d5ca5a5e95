//! Redis. The only room that names the `redis` crate.

mod bond;
mod bulk;
mod channel;
mod endpoint;
mod errors;
mod large;
mod line;
mod lines;
mod link;
mod news;
mod pieces;
mod plain;
mod question;
mod reading;
mod reads;
mod returns;
mod runtimes;
mod said;
mod scripts;
mod store;
mod supervisor;
mod tracking;
mod waiters;
mod waiting;

#[cfg(test)]
mod tests;

pub(crate) use endpoint::Endpoint;
pub(crate) use news::News;
pub(crate) use store::RedisStore;
