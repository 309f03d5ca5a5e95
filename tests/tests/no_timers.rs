//! A tokio runtime that was built without timers: nothing is cached well there, and nothing fails.
#![expect(clippy::unwrap_used, reason = "a test reports by panicking, its helpers too")]

use std::time::Duration;

use cache_runtime::{Cache, read_through, with_cache};
use cache_tests::RedisServer;
use futures_util::future::join_all;
use tokio::runtime::Builder;
use tokio::task::yield_now;

#[read_through(key = "slow:{id}", ttl = 60)]
async fn slow(id: u64) -> u64 {
    for _ in 0..10 {
        yield_now().await;
    }
    id * 2
}

fn all_callers_are_answered(cache: Cache) {
    let runtime = Builder::new_current_thread().enable_io().build().unwrap();
    let answers = runtime.block_on(with_cache(cache, join_all((0..5).map(|_| slow(7)))));
    assert_eq!(answers, [14; 5]);
}

#[test]
fn callers_of_one_key_are_answered_in_memory() {
    all_callers_are_answered(Cache::builder().url("memory://").build().unwrap());
}

#[test]
fn callers_are_answered_on_redis() {
    let server = RedisServer::start();
    let cache = Cache::builder().url(server.url()).operation_timeout(Duration::from_secs(1)).build();
    all_callers_are_answered(cache.unwrap());
}
