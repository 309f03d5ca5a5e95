//! Who takes part.
#![expect(clippy::unused_async, reason = "no origin here has anything to wait for")]

use std::fmt;
use std::hint::black_box;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use cache_runtime::read_through;
use cache_tests::RedisServer;
use cached::AsyncRedisCache;
use cached::macros::concurrent_cached;
use redis::AsyncCommands;
use redis::io::tcp::TcpSettings;
use redis::{Client, IntoConnectionInfo};
use tokio::task::spawn_blocking;

use crate::python::Python;
use crate::rounds::{Turn, turn};
use crate::values::{Keys, value};

/// Answers one call.
pub(crate) type Answer = Arc<dyn Fn(u64) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// A way to read values from Redis.
pub(crate) struct Contestant {
    pub(crate) name: &'static str,
    way: Way,
}

enum Way {
    /// In this process.
    Here(Answer),
    Python(Arc<Python>),
}

impl Contestant {
    fn new<F>(name: &'static str, answer: impl Fn(u64) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        Self { name, way: Way::Here(Arc::new(move |id| Box::pin(answer(id)))) }
    }

    /// Has every value stored.
    pub(crate) async fn warm(&self, keys: Keys) {
        match &self.way {
            Way::Here(answer) => {
                for id in keys.ids() {
                    answer(id).await;
                }
            }
            Way::Python(python) => python.warm(keys),
        }
    }

    /// Asks so many at a time, for so long.
    pub(crate) async fn turn(&self, tasks: usize, keys: Keys, length: Duration) -> Turn {
        match &self.way {
            Way::Here(answer) => turn(answer, tasks, keys, length).await,
            Way::Python(python) => {
                let python = Arc::clone(python);
                spawn_blocking(move || python.turn(tasks, keys, length)).await.unwrap()
            }
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
    let mut field = vec![by_hand(server).await, ours(), cached_store(server)];
    match Python::start(server) {
        Some(python) => field.push(Contestant { name: "Python: redis-py, pickle", way: Way::Python(Arc::new(python)) }),
        None => println!("without Python: `python3 -m pip install redis`, or name one that has it in `PYTHON`"),
    }
    field
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

static URL: OnceLock<String> = OnceLock::new();

#[concurrent_cached(
    ty = "AsyncRedisCache<u64, String>",
    create = r#"{
        let builder = AsyncRedisCache::builder("cached").ttl(Duration::from_secs(600));
        builder.connection_string(URL.get().unwrap()).build().await.unwrap()
    }"#,
    map_error = "|error| error.to_string()"
)]
async fn user_of_cached(id: u64) -> Result<String, String> {
    Ok(value(id))
}

fn cached_store(server: &RedisServer) -> Contestant {
    URL.set(server.url()).unwrap();
    Contestant::new("cached: #[concurrent_cached], Redis", |id| async move {
        black_box(user_of_cached(id).await.unwrap());
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
