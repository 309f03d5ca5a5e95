//! What the tests stand on: real Redis processes, a faulty network in front of them, and waiting without sleeping.
//!
//! Everything here fails the way a test fails, by a panic that says in one sentence what to do.
#![expect(clippy::missing_panics_doc, reason = "a test's support reports by panicking, everywhere")]

mod cluster;
mod eventually;
mod folder;
mod origin;
mod port;
mod process;
mod proxy;
mod resp;
mod sentinels;
mod server;

pub use cluster::{Migration, RedisCluster};
pub use eventually::eventually;
pub use origin::{Act, Origin, Sick};
pub use port::next_free as free_port;
pub use process::Process;
pub use proxy::{Direction, Fault, FaultProxy};
pub use resp::{Connection, Reply};
pub use sentinels::Sentinels;
pub use server::{Builder as RedisServerBuilder, RedisServer, Tls};
