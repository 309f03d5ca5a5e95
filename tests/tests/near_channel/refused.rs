//! What may not be told is done all the same.

use std::fs;
use std::sync::Arc;

use cache_runtime::{NearFeed, refreshing};
use cache_tests::RedisServer;
use tracing::Level;
use tracing::subscriber::DefaultGuard;

use crate::stand::{KEPT, builder, calls, old_server, read, warm};

/// Writes to a file what is told on this thread.
fn log() -> (tempfile::NamedTempFile, DefaultGuard) {
    let file = tempfile::NamedTempFile::new().unwrap();
    let writer = Arc::new(file.reopen().unwrap());
    let told = tracing_subscriber::fmt().with_max_level(Level::INFO).with_writer(writer).with_ansi(false).finish();
    (file, tracing::subscriber::set_default(told))
}

#[tokio::test]
async fn an_invalidation_that_may_not_be_told_is_done_and_so_is_everything_else() {
    for feed in [NearFeed::Auto, NearFeed::Channel] {
        let server = RedisServer::single();
        server.permit("-publish");
        let (log, listening) = log();
        let cache = builder(&server.url()).near_feed(feed).build().unwrap();
        for value in 1..=10 {
            cache.put("a", &value, &KEPT).await.unwrap();
            assert_eq!(cache.get("a").await.unwrap(), Some(value));
            assert_eq!(refreshing(read(&cache, "a", 100 + value)).await, 100 + value);
            assert_eq!(cache.get("a").await.unwrap(), Some(100 + value));
            cache.invalidate("a").await.unwrap();
            assert_eq!(cache.get::<u64>("a").await.unwrap(), None);
            cache.clear().await.unwrap();
        }
        drop(listening);
        // Not again and again.
        assert_eq!(calls(&server, "publish"), (0, 1), "{feed:?}");
        let told = fs::read_to_string(log.path()).unwrap();
        // In any case: another process may have nothing else.
        let warning = |line: &&str| line.contains("WARN") && line.contains("other processes cannot be told");
        assert_eq!(told.lines().filter(warning).count(), 1, "{feed:?}: {told}");
        assert_eq!(cache.stats().invalidation_failures, 0);
    }
}

#[tokio::test]
async fn who_may_listen_and_not_tell_is_not_told_either() {
    let server = old_server();
    server.permit("-publish");
    let (log, listening) = log();
    let cache = builder(&server.url()).build().unwrap();
    warm(&cache, "a", 1).await;
    drop(listening);
    assert_eq!(cache.stats().coherence, cache_runtime::Coherence::Expiry);
    let told = fs::read_to_string(log.path()).unwrap();
    assert_eq!(
        told.lines().filter(|line| line.contains("WARN") && line.contains("nobody tells of changes")).count(),
        1
    );
}
