//! What is in Redis after a call, and what is believed when it is read back.
#![expect(clippy::unwrap_used, reason = "a test reports by panicking, its helpers too")]

mod codecs;
mod scopes;
mod values;

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use cache_runtime::{Cache, read_through, with_cache};
use cache_tests::RedisServer;
use serde::{Deserialize, Serialize};

pub(crate) fn on(server: &RedisServer) -> Cache {
    Cache::builder().url(server.url()).namespace("shop").operation_timeout(Duration::from_secs(20)).build().unwrap()
}

/// Runs `test` on a server of its own, with a counter of loads.
pub(crate) async fn on_redis<F: Future<Output = ()>>(test: impl FnOnce(Arc<RedisServer>, Cache) -> F) {
    let server = Arc::new(RedisServer::start());
    let cache = on(&server);
    with_cache(cache.clone(), test(Arc::clone(&server), cache)).await;
    drop(server);
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct User {
    pub(crate) id: u64,
    pub(crate) name: String,
}

#[read_through(key = "user:{id}", ttl = 60, skip(loads))]
pub(crate) async fn get_user(id: u64, loads: &AtomicUsize) -> Result<User, String> {
    loads.fetch_add(1, Ordering::SeqCst);
    Ok(User { id, name: format!("user {id}") })
}
