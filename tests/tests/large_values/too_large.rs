//! What takes more bytes than are stored: its caller gets it, nobody else does, and the log is told once.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use cache_runtime::{Cache, CacheBuilder, ErrorKind, Policy, read_through, refreshing, with_cache};
use cache_tests::{RedisServer, Reply};
use serde::{Serialize, Serializer};
use tracing::Level;

use crate::stand::{LASTING, SOON, text};

const MOST: usize = 1000;

fn builder(server: &RedisServer) -> CacheBuilder {
    Cache::builder().url(server.url()).operation_timeout(SOON).max_value_bytes(MOST)
}

/// Without compression, which would make short work of these.
fn cache(server: &RedisServer) -> Cache {
    builder(server).compress_above(usize::MAX).build().unwrap()
}

#[read_through(key = "page:{secret}", ttl = 600, skip(length))]
async fn page(secret: &str, length: usize) -> Result<String, String> {
    Ok(text('x', length))
}

#[read_through(key = "sheet:{secret}", ttl = 600, skip(length))]
async fn sheet(secret: &str, length: usize) -> Result<String, String> {
    Ok(text('x', length))
}

#[tokio::test]
async fn the_log_is_told_once_of_each_function_and_never_of_the_key() {
    let server = RedisServer::start();
    let file = tempfile::NamedTempFile::new().unwrap();
    let writer = Arc::new(file.reopen().unwrap());
    let log = tracing_subscriber::fmt().with_max_level(Level::WARN).with_writer(writer).with_ansi(false).finish();
    let listening = tracing::subscriber::set_default(log);
    let cache = cache(&server);
    with_cache(cache.clone(), async {
        for _ in 0..3 {
            for key in ["hunter2", "hunter3"] {
                assert_eq!(page(key, 2 * MOST).await.unwrap().len(), 2 * MOST);
                assert_eq!(sheet(key, 2 * MOST).await.unwrap().len(), 2 * MOST);
                assert_eq!(page("small", MOST / 2).await.unwrap().len(), MOST / 2);
            }
        }
    })
    .await;
    drop(listening);
    let told = fs::read_to_string(file.path()).unwrap();
    assert_eq!(told.lines().count(), 2, "{told}");
    for function in ["::page", "::sheet"] {
        assert_eq!(told.matches(&format!("too_large{function}")).count(), 1, "{told}");
    }
    assert!(told.contains("WARN") && told.contains("most_bytes=1000") && told.contains("at_least_bytes="), "{told}");
    assert!(!told.contains("hunter"), "{told}");
    let stats = cache.stats();
    assert_eq!((stats.too_large, stats.fill_failures, stats.fills), (12, 12, 1));
}

#[tokio::test]
async fn nothing_of_it_is_stored_and_no_older_value_is_left() {
    let server = RedisServer::start();
    let cache = cache(&server);
    let aged = Policy::new(Duration::from_millis(1)).stale_if_error(SOON);
    let load = |policy: Policy| {
        let cache = cache.clone();
        async move { cache.read_through("a", &policy, || async { text('n', 2 * MOST) }).await.len() }
    };
    // By hand.
    cache.put("a", &text('o', 10), &LASTING).await.unwrap();
    let error = cache.put("a", &text('n', 2 * MOST), &LASTING).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge);
    assert!(error.to_string().contains("1000"), "{error}");
    assert_eq!(server.command(&["GET", "a"]), Reply::Nil);
    // By a load in the place of nothing, and of what is old.
    assert_eq!(load(LASTING).await, 2 * MOST);
    assert_eq!(server.command(&["GET", "a"]), Reply::Nil);
    cache.put("a", &text('o', 10), &aged).await.unwrap();
    cache_tests::eventually(SOON, "it is reloaded", async || load(aged).await == 2 * MOST).await;
    assert_eq!(server.command(&["GET", "a"]), Reply::Nil);
    // By a load that asks for nothing else.
    cache.put("a", &text('o', 10), &LASTING).await.unwrap();
    assert_eq!(refreshing(load(LASTING)).await, 2 * MOST);
    assert_eq!(server.command(&["GET", "a"]), Reply::Nil);
}

#[tokio::test]
async fn those_who_wait_for_its_load_get_it_too() {
    let server = RedisServer::start();
    let cache = cache(&server);
    let load = || async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        text('n', 2 * MOST)
    };
    let callers = (0..8).map(|_| cache.read_through("a", &LASTING, load));
    let answers = futures_util::future::join_all(callers).await;
    assert!(answers.iter().all(|answer| answer.len() == 2 * MOST));
    assert_eq!(cache.stats().loads, 1);
}

/// As many megabytes as somebody reads.
#[derive(Clone, serde::Deserialize)]
struct Endless {
    #[serde(skip)]
    written: Arc<std::sync::atomic::AtomicU32>,
}

impl Serialize for Endless {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeSeq;
        let megabyte = text('e', 1 << 20);
        let mut all = serializer.serialize_seq(Some(1_000_000))?;
        for _ in 0..1_000_000 {
            self.written.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            all.serialize_element(&megabyte)?;
        }
        all.end()
    }
}

#[tokio::test]
async fn encoding_stops_at_the_limit() {
    let server = RedisServer::start();
    for (cache, most) in [
        (builder(&server).max_value_bytes(3 << 20).compress_above(usize::MAX).build().unwrap(), 1 + 4),
        (builder(&server).max_value_bytes(3 << 20).build().unwrap(), 1 + 65),
    ] {
        let endless = Endless { written: Arc::default() };
        let error = cache.put("endless", &endless, &LASTING).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TooLarge);
        let written = endless.written.load(std::sync::atomic::Ordering::Relaxed);
        assert!(written <= most, "{written} MiB were written");
    }
}
