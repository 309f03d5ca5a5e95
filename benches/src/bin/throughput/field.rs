//! Who takes part.
#![expect(clippy::unused_async, reason = "no origin here has anything to wait for")]

use std::fmt;
use std::hint::black_box;
use std::pin::Pin;
use std::sync::Arc;

use cache_runtime::read_through;
use cache_tests::RedisServer;
use redis::AsyncCommands;
use redis::io::tcp::TcpSettings;
use redis::{Client, IntoConnectionInfo};

use crate::values::{Keys, value};

/// Answers one call.
pub(crate) type Answer = Arc<dyn Fn(u64) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// A way to read values from Redis.
pub(crate) struct Contestant {
    pub(crate) name: &'static str,
    pub(crate) answer: Answer,
}

impl Contestant {
    fn new<F>(name: &'static str, answer: impl Fn(u64) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        Self { name, answer: Arc::new(move |id| Box::pin(answer(id))) }
    }

    /// Has every value stored.
    pub(crate) async fn warm(&self, keys: Keys) {
        for id in keys.ids() {
            (self.answer)(id).await;
        }
    }
}

impl fmt::Debug for Contestant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Contestant").field("name", &self.name).finish_non_exhaustive()
    }
}

/// All of them, the yardstick first.
pub(crate) async fn field(server: &RedisServer) -> Vec<Contestant> {
    server.permit("+@all ~*");
    vec![by_hand(server).await, ours()]
}

#[read_through(key = "user:{id}", ttl = 600)]
async fn user(id: u64) -> String {
    value(id)
}

fn ours() -> Contestant {
    Contestant::new("cache-runtime: #[read_through]", |id| async move {
        black_box(user(id).await);
    })
}

/// One multiplexed connection, as whoever writes it by hand has it.
async fn by_hand(server: &RedisServer) -> Contestant {
    let info = server.url().as_str().into_connection_info().unwrap();
    let info = info.set_tcp_settings(TcpSettings::default().set_nodelay(true));
    let connection = Client::open(info).unwrap().get_multiplexed_async_connection().await.unwrap();
    Contestant::new("redis-rs by hand: GET, bincode", move |id| {
        let mut connection = connection.clone();
        async move {
            let key = format!("shop:by-hand:{id}");
            let found: Option<Vec<u8>> = connection.get(&key).await.unwrap();
            let config = bincode::config::standard();
            if let Some(bytes) = found {
                let (value, _): (String, usize) = bincode::serde::decode_from_slice(&bytes, config).unwrap();
                black_box(value);
            } else {
                let bytes = bincode::serde::encode_to_vec(value(id), config).unwrap();
                connection.set_ex::<_, _, ()>(&key, bytes, 600).await.unwrap();
            }
        }
    })
}
