//! Redis. The only room that names the `redis` crate.

mod address;
mod attempt;
mod bond;
mod channel;
mod cluster;
mod credentials;
mod endpoint;
mod errors;
mod large;
mod line;
mod lines;
mod link;
mod login;
mod master;
mod news;
mod per_runtime;
mod place;
mod plain;
mod question;
mod reading;
mod reads;
mod renewal;
mod returns;
mod role;
mod runtimes;
mod said;
mod scripts;
mod single;
mod store;
mod supervisor;
mod tls;
mod topology;
mod tracking;
mod waiters;
mod waiting;

#[cfg(test)]
mod tests;

pub(crate) use address::Address;
pub use credentials::{Credentials, LoginFuture};
pub use login::Login;
pub(crate) use news::News;
pub(crate) use store::RedisStore;
pub use tls::Tls;
