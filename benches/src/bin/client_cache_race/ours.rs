//! Our near tier.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use cache_runtime::{Cache, Policy};
use cache_tests::{RedisServer, eventually};
use redis::aio::MultiplexedConnection;
use redis::{Client, Cmd};

use crate::race::{KEYS, Runners};

const TTL: Duration = Duration::from_secs(600);
const KEPT: Policy = Policy::new(TTL).near(TTL);
const SOON: Duration = Duration::from_secs(10);
const FIRST: u64 = 1;
const SECOND: u64 = 2;

/// How the second value is written.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Write {
    /// By a `SET` of what a cache would have stored.
    Plain,
    /// At the origin; then another cache invalidates the key.
    Invalidate,
}

/// A cache that keeps what it reads, and another one, which behaves to it as one in another process.
pub(crate) struct Near {
    reader: Cache,
    writer: Cache,
    connection: MultiplexedConnection,
    write: Write,
    origin: Vec<AtomicU64>,
    /// What a `SET` writes.
    stored: Vec<Vec<u8>>,
}

impl Near {
    pub(crate) async fn new(server: &RedisServer, write: Write) -> Self {
        let cache = || Cache::builder().url(server.url()).operation_timeout(Duration::from_secs(2)).build().unwrap();
        let client = Client::open(format!("redis://127.0.0.1:{}", server.port())).unwrap();
        let connection = client.get_multiplexed_async_connection().await.unwrap();
        let origin = (0..KEYS).map(|_| AtomicU64::new(FIRST)).collect();
        let mut near = Self { reader: cache(), writer: cache(), connection, write, origin, stored: Vec::new() };
        for key in 0..KEYS {
            near.put(key, SECOND).await;
            near.stored.push(Cmd::get(name(key)).query_async(&mut near.connection).await.unwrap());
        }
        near
    }

    async fn put(&self, key: usize, value: u64) {
        self.writer.put(&name(key), &value, &KEPT).await.unwrap();
    }

    async fn set(&self, key: usize) {
        let (name, bytes, life) = (name(key), &self.stored[key], TTL.as_secs());
        Cmd::set_ex(name, bytes, life).exec_async(&mut self.connection.clone()).await.unwrap();
    }
}

impl Runners for Near {
    async fn prepare(&self) {
        for key in 0..KEYS {
            self.put(key, FIRST).await;
        }
        eventually(SOON, "the reader keeps what it reads", || async {
            self.reader.read_through("another", &KEPT, || async { FIRST }).await;
            self.reader.stats().near_hits > 0
        })
        .await;
    }

    async fn reads_the_first(&self, key: usize) -> bool {
        let load = || async { self.origin[key].load(Ordering::SeqCst) };
        self.reader.read_through(&name(key), &KEPT, load).await == FIRST
    }

    async fn write(&self, key: usize) {
        match self.write {
            Write::Plain => self.set(key).await,
            Write::Invalidate => {
                self.origin[key].store(SECOND, Ordering::SeqCst);
                self.writer.invalidate(&name(key)).await.unwrap();
            }
        }
    }

    fn hits(&self) -> usize {
        usize::try_from(self.reader.stats().near_hits).unwrap()
    }
}

fn name(key: usize) -> String {
    format!("race:{key}")
}
