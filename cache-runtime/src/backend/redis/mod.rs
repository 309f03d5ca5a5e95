//! Redis. The only room that names the `redis` crate.

mod alarm;
mod attempt;
mod bond;
mod channel;
mod cluster;
mod crowd;
mod errors;
mod large;
mod line;
mod lines;
mod link;
mod losses;
mod news;
mod per_runtime;
mod plain;
mod question;
mod reading;
mod reads;
mod runtimes;
mod said;
mod scripts;
mod server;
mod single;
mod store;
mod supervisor;
mod topology;
mod tracking;
mod waiters;
mod waiting;

#[cfg(test)]
mod tests;

pub(crate) use news::News;
pub(crate) use server::Address;
pub use server::{Credentials, Login, LoginFuture, Tls};
pub(crate) use store::RedisStore;
