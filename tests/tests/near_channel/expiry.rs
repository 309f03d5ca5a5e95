//! Where nobody tells of changes, a value is served for as long as was said, and no longer.

use std::time::Duration;

use cache_runtime::{Cache, Coherence, Policy};
use cache_tests::{RedisServer, eventually};
use tokio::time::{Instant, sleep};

use crate::stand::{SOON, becomes, cache, old_server};

const AT_MOST: Duration = Duration::from_millis(1500);
const KEPT: Policy = Policy::new(Duration::from_secs(600)).near(AT_MOST);

/// A server that does not track, whose user may not use channels.
fn deaf_server() -> RedisServer {
    let server = old_server();
    server.permit("resetchannels");
    server
}

async fn read(cache: &Cache, value: u64) -> u64 {
    cache.read_through("a", &KEPT, || async move { value }).await
}

#[tokio::test]
async fn what_another_process_changes_is_seen_when_the_time_of_the_value_is_over() {
    let server = deaf_server();
    let (cache, other) = (cache(&server), cache(&server));
    becomes(&cache, Coherence::Expiry).await;
    for value in 1..=2 {
        // Loaded by the first, and kept by the second.
        assert_eq!((read(&cache, value).await, read(&cache, 0).await), (value, value));
        let kept = Instant::now();
        let before = cache.stats().near_hits;
        other.invalidate("a").await.unwrap();
        assert_eq!(read(&cache, 0).await, value, "it is served from the process");
        assert_eq!(cache.stats().near_hits, before + 1);
        while kept.elapsed() < AT_MOST {
            sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(read(&cache, value + 1).await, value + 1);
        cache.invalidate("a").await.unwrap();
    }
}

#[tokio::test]
async fn its_own_changes_a_process_sees_at_once() {
    let server = deaf_server();
    let cache = cache(&server);
    becomes(&cache, Coherence::Expiry).await;
    assert_eq!((read(&cache, 1).await, read(&cache, 0).await, read(&cache, 0).await), (1, 1, 1));
    assert_eq!(cache.stats().near_hits, 1, "{:?}", cache.stats());
    cache.put("a", &3_u64, &KEPT).await.unwrap();
    assert_eq!(read(&cache, 4).await, 3);
    cache.clear().await.unwrap();
    assert_eq!(read(&cache, 5).await, 5);
}

#[tokio::test]
async fn who_may_listen_at_last_is_told() {
    let server = deaf_server();
    let cache = cache(&server);
    server.permit("-subscribe &shop:%~near*");
    becomes(&cache, Coherence::Expiry).await;
    server.permit("+subscribe");
    // It is tried again after half a minute, which need not be waited for where it is another runtime.
    let other = std::thread::spawn({
        let cache = cache.clone();
        move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(eventually(SOON, "the channel", || async {
                cache.read_through("b", &KEPT, || async { 1_u64 }).await;
                cache.stats().coherence == Coherence::Channel
            }))
        }
    });
    other.join().unwrap();
}
