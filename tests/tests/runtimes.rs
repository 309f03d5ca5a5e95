//! The global cache across tokio runtimes: no connection dies with the runtime that happened to open it.
#![expect(clippy::unwrap_used, reason = "a test reports by panicking, its helpers too")]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{OnceLock, mpsc};
use std::thread;
use std::time::Duration;

use cache_runtime::{Cache, global, init, read_through, with_cache, write_through};
use cache_tests::{Fault, FaultProxy, RedisServer};
use tokio::runtime::{Builder, Runtime};
use tokio::time::{sleep, timeout};

const SOON: Duration = Duration::from_secs(20);

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
    let idle = runtime();
    idle.block_on(uses_the_global(20));
    for n in 21..25 {
        // The idle runtime drives nothing while this one runs.
        let runtime = runtime();
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

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// Whatever is left to do on a runtime that nobody drives any more, the callers on another one get their answers.
#[test]
fn a_runtime_that_is_left_lying_keeps_nobody_waiting() {
    #[read_through(key = "fails first", ttl = 60, skip(asked))]
    async fn fails_first(asked: &AtomicUsize) -> Result<usize, String> {
        match asked.fetch_add(1, Ordering::SeqCst) {
            0 => Err("as the test says".to_owned()),
            asked => Ok(asked),
        }
    }
    let (server, asked) = (RedisServer::start(), AtomicUsize::new(0));
    let cache = Cache::builder().url(server.url()).operation_timeout(SOON).build().unwrap();
    let (left, driven) = (runtime(), runtime());
    assert!(left.block_on(with_cache(cache.clone(), fails_first(&asked))).is_err());
    let answer = driven.block_on(async { timeout(SOON, with_cache(cache, fails_first(&asked))).await });
    assert_eq!(answer.expect("it does not wait for ever"), Ok(1));
}

#[test]
fn nor_does_a_reload_that_it_has_not_begun() {
    #[read_through(key = "ahead", ttl = "500ms", refresh_ahead = 0.2)]
    async fn ahead() -> u64 {
        7
    }
    let cache = Cache::builder().url("memory://").build().unwrap();
    let (left, driven) = (runtime(), runtime());
    left.block_on(with_cache(cache.clone(), async {
        ahead().await;
        sleep(Duration::from_millis(200)).await;
        ahead().await;
    }));
    let answer = driven.block_on(async {
        sleep(Duration::from_millis(500)).await;
        timeout(SOON, with_cache(cache, ahead())).await
    });
    assert_eq!(answer.expect("it does not wait for ever"), 7);
}

/// At any moment of it. What is undone then is undone in the background, which is ending as well.
#[test]
fn a_runtime_can_end_while_a_writer_stores() {
    #[write_through(square(n))]
    async fn write(n: u64) -> u64 {
        n * n
    }
    let server = RedisServer::single();
    let network = runtime();
    let proxy = network.block_on(async { FaultProxy::to(server.port()) });
    proxy.set(Fault::Latency(Duration::from_millis(50)));
    let url = server.url_on(proxy.port());
    let (ended, has_ended) = mpsc::channel();
    thread::spawn(move || {
        for wait in (40..340).step_by(30) {
            let cache = Cache::builder().url(&url).operation_timeout(SOON).build().unwrap();
            let ending = runtime();
            ending.block_on(async {
                cache.ping().await.unwrap();
                tokio::spawn(with_cache(cache.clone(), write(1)));
                sleep(Duration::from_millis(wait)).await;
            });
            drop(ending);
        }
        ended.send(()).unwrap();
    });
    let end = async {
        while has_ended.try_recv().is_err() {
            sleep(Duration::from_millis(10)).await;
        }
    };
    network.block_on(async { timeout(SOON * 3, end).await }).expect("every runtime ends");
}
