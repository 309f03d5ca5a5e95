//! A near hit allocates nothing but what the clone of the value does.
#![expect(clippy::unwrap_used, reason = "a test reports by panicking")]

use std::sync::Arc;
use std::time::Duration;

use allocation_counter::measure;
use cache_runtime::{Cache, read_through, with_cache};
use cache_tests::{RedisServer, eventually};
use futures_util::FutureExt;

const SOON: Duration = Duration::from_secs(10);

#[read_through(key = "number:{id}", ttl = 600, near = "10m")]
async fn number(id: u64) -> u64 {
    id
}

#[read_through(ttl = 600, near = "10m")]
async fn by_the_default_key(id: u64, name: &str) -> Result<u64, String> {
    if name.is_empty() { Err(name.to_owned()) } else { Ok(id) }
}

#[read_through(key = "text:{id}", ttl = 600, near = "10m")]
async fn text(id: u64) -> Result<String, String> {
    Ok(id.to_string())
}

#[read_through(key = "shared:{id}", ttl = 600, near = "10m")]
async fn shared(id: u64) -> Option<Arc<String>> {
    Some(Arc::new(id.to_string()))
}

#[read_through(key = "tagged:{id}", ttl = 600, near = "10m", tags = ["group:{id}"])]
async fn tagged(id: u64) -> u64 {
    id
}

#[read_through(key = "old:{id}", ttl = 600, near = "10m", stale_while_revalidate = "1h", refresh_ahead = 0.9)]
async fn with_windows(id: u64) -> u64 {
    id
}

#[read_through(key = "judged:{id}", ttl = |value: &u64| Duration::from_secs(600 + value), near = "10m", cache_if = |value: &u64| *value > 0)]
async fn judged(id: u64) -> u64 {
    id
}

/// How often a call allocates whose answer is kept in the process.
async fn allocations<F: Future>(call: impl Fn() -> F) -> u64 {
    let server = RedisServer::start();
    let cache = Cache::builder().url(server.url()).namespace("shop").operation_timeout(SOON).build().unwrap();
    with_cache(cache.clone(), async {
        eventually(SOON, "a near hit", async || {
            let before = cache.stats().near_hits;
            call().await;
            cache.stats().near_hits > before
        })
        .await;
        let before = cache.stats().near_hits;
        let counted = measure(|| assert!(call().now_or_never().is_some(), "a near hit waits for nothing"));
        assert_eq!(cache.stats().near_hits, before + 1);
        counted.count_total
    })
    .await
}

#[tokio::test]
async fn a_value_that_owns_nothing_is_handed_out_without_an_allocation() {
    assert_eq!(allocations(|| number(7)).await, 0);
}

#[tokio::test]
async fn a_key_that_nobody_wrote_needs_no_allocation() {
    assert_eq!(allocations(|| by_the_default_key(7, "seven")).await, 0);
}

#[tokio::test]
async fn a_text_is_cloned_and_that_is_all() {
    assert_eq!(allocations(|| text(7)).await, 1);
}

#[tokio::test]
async fn an_arc_is_handed_out_without_an_allocation() {
    assert_eq!(allocations(|| shared(7)).await, 0);
}

#[tokio::test]
async fn a_value_with_a_tag_needs_no_allocation() {
    assert_eq!(allocations(|| tagged(7)).await, 0);
}

#[tokio::test]
async fn a_value_with_windows_needs_no_allocation() {
    assert_eq!(allocations(|| with_windows(7)).await, 0);
}

#[tokio::test]
async fn closures_over_the_value_need_no_allocation() {
    assert_eq!(allocations(|| judged(7)).await, 0);
}
