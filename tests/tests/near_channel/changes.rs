//! What another process changes is seen, as soon as it is told.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use cache_runtime::{Cache, Coherence, read_through, refreshing, with_cache};
use cache_tests::eventually;

use crate::stand::{KEPT, LONG, SOON, builder, cache, calls, is_near, old_server, read, sees, warm};

/// Far less than any time after which a value would be read again without being told.
const AT_ONCE: Duration = Duration::from_secs(1);

#[tokio::test]
async fn a_value_that_is_kept_is_served_without_asking_redis() {
    let server = old_server();
    let cache = cache(&server);
    warm(&cache, "a", 1).await;
    let (before, asked) = (cache.stats(), calls(&server, "mget"));
    for _ in 0..100 {
        assert_eq!(read(&cache, "a", 2).await, 1);
    }
    let after = cache.stats();
    assert_eq!((after.near_hits - before.near_hits, after.loads), (100, 1));
    assert_eq!(calls(&server, "mget"), asked);
    assert_eq!(after.coherence, Coherence::Channel);
}

#[tokio::test]
async fn every_change_by_another_process_is_seen_at_once() {
    let server = old_server();
    let (cache, other) = (cache(&server), cache(&server));
    for (change, value) in ["invalidate", "clear", "put", "refresh"].into_iter().zip(2..) {
        warm(&cache, "a", value - 1).await;
        match change {
            "invalidate" => other.invalidate("a").await.unwrap(),
            "clear" => other.clear().await.unwrap(),
            "put" => other.put("a", &value, &KEPT).await.unwrap(),
            _ => assert_eq!(refreshing(read(&other, "a", value)).await, value),
        }
        let took = sees(&cache, "a", value, change).await;
        assert!(took < AT_ONCE, "{change}: {took:?}");
    }
}

#[tokio::test]
async fn a_value_that_is_not_stored_any_more_is_seen_to_be_gone() {
    let server = old_server();
    let (cache, other) = (cache(&server), cache(&server));
    warm(&cache, "a", 1).await;
    let nothing = other.read_through("a", &KEPT, || async { None::<u64> });
    assert_eq!(refreshing(nothing).await, None);
    sees(&cache, "a", 2, "that there is nothing").await;
}

static TEAM: AtomicU64 = AtomicU64::new(1);

#[read_through(key = "member:{id}", ttl = 600, tags = ["team:{id}"])]
async fn member(id: u64) -> u64 {
    TEAM.load(Ordering::SeqCst) + id
}

#[tokio::test]
async fn a_tag_that_another_process_invalidates_is_seen_at_once() {
    let server = old_server();
    let cache = || builder(&server.url()).near(LONG).build().unwrap();
    let (cache, other) = (cache(), cache());
    eventually(SOON, "a near hit", || async {
        with_cache(cache.clone(), member(7)).await;
        cache.stats().near_hits > 0
    })
    .await;
    TEAM.store(100, Ordering::SeqCst);
    other.invalidate_tag("team:7").await.unwrap();
    let took = eventually(SOON, "the tag", || async { with_cache(cache.clone(), member(7)).await == 107 }).await;
    assert!(took < AT_ONCE, "{took:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_changed_while_it_is_read_is_not_kept() {
    let server = old_server();
    let (cache, other) = (cache(&server), cache(&server));
    warm(&cache, "warm", 1).await;
    let origin = Arc::new(AtomicU64::new(0));
    let readers: Vec<_> = (0..4).map(|_| tokio::spawn(reads_on(cache.clone(), Arc::clone(&origin)))).collect();
    for _ in 0..300 {
        // While the readers ask Redis because of the first, the next is on its way.
        for _ in 0..fastrand::u32(1..=4) {
            origin.fetch_add(1, Ordering::SeqCst);
            other.invalidate("raced").await.unwrap();
            tokio::time::sleep(Duration::from_micros(fastrand::u64(0..1_000))).await;
        }
        let latest = origin.load(Ordering::SeqCst);
        // One that was kept all the same would stay for ten minutes.
        eventually(SOON, "the latest value", || async { load(&cache, &origin).await == latest }).await;
        let hits = cache.stats().near_hits;
        eventually(SOON, "that it is kept", || async { cache.stats().near_hits > hits }).await;
        assert_eq!(load(&cache, &origin).await, latest);
    }
    readers.iter().for_each(tokio::task::JoinHandle::abort);
    assert!(is_near(&cache, "warm").await, "nothing was lost meanwhile");
}

async fn reads_on(cache: Cache, origin: Arc<AtomicU64>) {
    loop {
        load(&cache, &origin).await;
        tokio::task::yield_now().await;
    }
}

async fn load(cache: &Cache, origin: &AtomicU64) -> u64 {
    cache.read_through("raced", &KEPT, || async { origin.load(Ordering::SeqCst) }).await
}
