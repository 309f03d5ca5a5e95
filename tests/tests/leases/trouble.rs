//! A Redis that is slow, or says no, or was away for a moment.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use cache_runtime::{Cache, Policy, read_through};
use cache_tests::{Fault, FaultProxy, Origin, RedisServer, Sick, eventually};
use tokio::time::timeout;

use crate::fleet::{Fleet, PATIENCE, cache};

const POLICY: Policy = Policy::new(Duration::from_secs(60));

/// Two answers fit into the operation timeout, and three do not.
#[tokio::test]
async fn values_are_stored_where_answers_are_slow() {
    let server = RedisServer::single();
    let proxy = FaultProxy::to(server.port());
    let cache = Cache::builder().url(server.url_on(proxy.port())).operation_timeout(Duration::from_millis(600));
    let cache = cache.build().unwrap();
    cache.ping().await.unwrap();
    proxy.set(Fault::Latency(Duration::from_millis(220)));
    let hit = async || {
        let (before, load) = (cache.stats().loads, || async { Ok::<_, Sick>(1_u32) });
        assert_eq!(cache.read_through("slow", &POLICY, load).await, Ok(1));
        cache.stats().loads == before
    };
    eventually(PATIENCE, "a hit", hit).await;
    eventually(PATIENCE, "a put", async || cache.put("put", &2_u32, &POLICY).await.is_ok()).await;
    proxy.set(Fault::None);
    eventually(PATIENCE, "what was put", async || cache.get::<u32>("put").await.ok().flatten() == Some(2)).await;
}

#[tokio::test]
async fn a_value_that_cannot_be_stored_is_counted() {
    let fleet = Fleet::alone_at_a_server(1);
    fleet.redis(&["CONFIG", "SET", "min-replicas-to-write", "1"]);
    for asked in 1..=3 {
        assert_eq!(fleet.call(0).await.unwrap(), Ok(asked));
    }
    let stats = fleet.caches[0].stats();
    assert_eq!((stats.loads, stats.fills, stats.fill_failures), (3, 0, 3));
}

/// Its leader could not read, and would not have heard of the invalidation.
#[tokio::test]
async fn who_can_read_again_does_not_take_what_was_loaded_before_an_invalidation() {
    let server = RedisServer::single();
    let proxy = FaultProxy::to(server.port());
    let elsewhere = cache(&server.url());
    let here = Cache::builder().url(server.url_on(proxy.port())).operation_timeout(Duration::from_millis(200));
    let here = here.build().unwrap();
    here.ping().await.unwrap();
    let (origin, row) = (Origin::default(), Arc::new(AtomicUsize::new(1)));
    origin.hold();
    let load = || {
        let (cache, origin, row) = (here.clone(), origin.clone(), Arc::clone(&row));
        tokio::spawn(async move {
            let load = || async {
                let value = row.load(Ordering::SeqCst);
                origin.value().await.map(|_| value)
            };
            cache.read_through("row", &POLICY, load).await
        })
    };
    proxy.set(Fault::Latency(Duration::from_millis(400)));
    let blind = load();
    eventually(PATIENCE, "it loads without the store", async || origin.asked() == 1).await;
    proxy.set(Fault::None);
    eventually(PATIENCE, "the store is back", async || here.get::<usize>("row").await.is_ok()).await;
    row.store(2, Ordering::SeqCst);
    elsewhere.invalidate("row").await.unwrap();
    let misses = here.stats().misses;
    let later = load();
    eventually(PATIENCE, "it missed", async || here.stats().misses > misses).await;
    origin.release();
    assert_eq!(timeout(PATIENCE, blind).await.unwrap().unwrap(), Ok(1));
    assert_eq!(timeout(PATIENCE, later).await.unwrap().unwrap(), Ok(2));
}

/// That there is no such row is an answer, too.
#[tokio::test]
async fn an_error_from_before_an_invalidation_is_not_for_those_who_came_after() {
    for by_tag in [false, true] {
        an_error_is_not_for_those_who_came_after(by_tag).await;
    }
}

async fn an_error_is_not_for_those_who_came_after(by_tag: bool) {
    #[derive(Clone, Debug, PartialEq)]
    struct NotFound;
    #[read_through(key = "row", ttl = 60, tags = ["rows"], skip(origin, row))]
    async fn find(origin: Origin, row: Arc<AtomicUsize>) -> Result<usize, NotFound> {
        let found = row.load(Ordering::SeqCst);
        let _ = origin.ask().await;
        if found == 0 { Err(NotFound) } else { Ok(found) }
    }
    let (fleet, row) = (Fleet::of(2), Arc::new(AtomicUsize::new(0)));
    let call = || tokio::spawn(fleet.in_process(0, find(fleet.origin.clone(), Arc::clone(&row))));
    fleet.origin.hold();
    let before = call();
    fleet.until_asked(1).await;
    row.store(1, Ordering::SeqCst);
    if by_tag {
        fleet.caches[1].invalidate_tag("rows").await.unwrap();
    } else {
        fleet.in_process(1, find::invalidate()).await.unwrap();
    }
    let after = call();
    eventually(PATIENCE, "it missed", async || fleet.caches[0].stats().misses == 2).await;
    fleet.origin.release();
    assert_eq!(before.await.unwrap(), Err(NotFound));
    assert_eq!(timeout(PATIENCE, after).await.unwrap().unwrap(), Ok(1), "by tag: {by_tag}");
}
