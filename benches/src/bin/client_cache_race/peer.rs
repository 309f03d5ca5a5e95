//! The client side cache of redis-rs.

use cache_tests::RedisServer;
use redis::aio::MultiplexedConnection;
use redis::caching::CacheConfig;
use redis::{AsyncConnectionConfig, Client, Cmd};

use crate::race::{KEYS, Runners};

/// A connection with a cache, and one without.
pub(crate) struct ClientCache {
    reader: MultiplexedConnection,
    writer: MultiplexedConnection,
}

impl ClientCache {
    pub(crate) async fn new(server: &RedisServer) -> Self {
        let config = AsyncConnectionConfig::new().set_cache_config(CacheConfig::new());
        let client = Client::open(format!("redis://127.0.0.1:{}/?protocol=resp3", server.port())).unwrap();
        let reader = client.get_multiplexed_async_connection_with_config(&config).await.unwrap();
        Self { reader, writer: client.get_multiplexed_async_connection().await.unwrap() }
    }

    async fn set(&self, key: usize, value: &str) {
        Cmd::set(name(key), value).exec_async(&mut self.writer.clone()).await.unwrap();
    }
}

impl Runners for ClientCache {
    async fn prepare(&self) {
        for key in 0..KEYS {
            self.set(key, "first").await;
        }
    }

    async fn reads_the_first(&self, key: usize) -> bool {
        let value: String = Cmd::get(name(key)).query_async(&mut self.reader.clone()).await.unwrap();
        value == "first"
    }

    async fn write(&self, key: usize) {
        self.set(key, "second").await;
    }

    fn hits(&self) -> usize {
        self.reader.get_cache_statistics().map_or(0, |statistics| statistics.hit)
    }
}

fn name(key: usize) -> String {
    format!("race:{key}")
}
