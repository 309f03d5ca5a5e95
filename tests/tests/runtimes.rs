//! The global cache across tokio runtimes: no connection dies with the runtime that happened to open it.
#![expect(clippy::unwrap_used, reason = "a test reports by panicking, its helpers too")]

use std::sync::OnceLock;
use std::time::Duration;

use cache_runtime::{Cache, global, init, read_through};
use cache_tests::RedisServer;

/// One server for the whole process, as the global cache is one. It outlives the tests; the process takes it along.
fn server() -> &'static RedisServer {
    static SERVER: OnceLock<RedisServer> = OnceLock::new();
    SERVER.get_or_init(|| {
        let server = RedisServer::start();
        let cache =
            Cache::builder().url(server.url()).namespace("runtimes").operation_timeout(Duration::from_secs(20)).build();
        init(cache.unwrap()).unwrap();
        server
    })
}

#[read_through(key = "square:{n}", ttl = 600)]
async fn square(n: u64) -> u64 {
    n * n
}

async fn uses_the_global(n: u64) {
    let server = server();
    for _ in 0..20 {
        assert_eq!(square(n).await, n * n);
    }
    assert!(square::peek(n).await.is_some(), "it was stored");
    assert_eq!(server.command(&["EXISTS", &format!("runtimes:square:{n}")]).integer(), 1);
    global().ping().await.unwrap();
}

macro_rules! each_in_a_runtime_of_its_own {
    ($($name:ident $n:literal)*) => {$(
        #[tokio::test]
        async fn $name() {
            uses_the_global($n).await;
        }
    )*};
}

each_in_a_runtime_of_its_own! {
    first 1 second 2 third 3 fourth 4 fifth 5 sixth 6 seventh 7 eighth 8 ninth 9 tenth 10
}

#[test]
fn runtimes_one_after_the_other_and_one_beside_an_idle_one() {
    let idle = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    idle.block_on(uses_the_global(20));
    for n in 21..25 {
        // The idle runtime drives nothing while this one runs.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(uses_the_global(n));
    }
    idle.block_on(uses_the_global(26));
}

#[tokio::test]
async fn after_shutdown_the_next_call_connects_again() {
    uses_the_global(30).await;
    cache_runtime::shutdown().await;
    uses_the_global(31).await;
}

#[test]
fn a_second_init_is_refused() {
    server();
    let error = init(Cache::builder().build().unwrap()).unwrap_err();
    assert_eq!(error.kind(), cache_runtime::ErrorKind::AlreadyInitialised);
}

#[test]
fn without_a_runtime_of_tokio_the_body_runs() {
    server();
    assert_eq!(futures_util::FutureExt::now_or_never(square(40)), Some(1600));
}
