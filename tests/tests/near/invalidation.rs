//! Who begins after an invalidation gets nothing that was kept before it.

use std::time::Duration;

use cache_runtime::{Cache, read_through, refreshing, with_cache};
use cache_tests::{RedisServer, eventually};
use tokio::task::JoinHandle;

use crate::stand::{SOON, Truth, builder, keeping};

const ROUNDS: u64 = 1_000;

#[read_through(key = "price:{item}", ttl = 600, tags = ["prices"], skip(truth))]
async fn price(item: u64, truth: Truth) -> u64 {
    let _ = item;
    truth.now()
}

async fn read(cache: &Cache, truth: &Truth) -> u64 {
    with_cache(cache.clone(), price(1, truth.clone())).await
}

/// Reads until it is kept.
async fn warm(cache: &Cache, truth: &Truth) {
    eventually(SOON, "a near hit", async || {
        let before = cache.stats().near_hits;
        read(cache, truth).await;
        cache.stats().near_hits > before
    })
    .await;
}

/// Tasks that read all the time, so that there is always an answer under way.
struct Readers(Vec<JoinHandle<()>>);

impl Readers {
    fn of(cache: &Cache, truth: &Truth) -> Self {
        let reader = || {
            let (cache, truth) = (cache.clone(), truth.clone());
            tokio::spawn(async move {
                loop {
                    read(&cache, &truth).await;
                    tokio::task::yield_now().await;
                }
            })
        };
        Self((0..4).map(|_| reader()).collect())
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        self.0.iter().for_each(JoinHandle::abort);
    }
}

/// Each is what somebody does after the truth has changed, to what it is now.
macro_rules! are_seen_at_once {
    ($($name:ident: |$cache:ident, $truth:ident, $now:ident| $change:expr;)*) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            let (server, truth) = (RedisServer::start(), Truth::default());
            let cache = keeping(&server);
            warm(&cache, &truth).await;
            let _readers = Readers::of(&cache, &truth);
            for _ in 0..ROUNDS {
                let now = truth.next();
                let ($cache, $truth, $now) = (cache.clone(), truth.clone(), now);
                $change;
                let value = read(&cache, &truth).await;
                assert!(value >= now, "{value} after it was {now}");
            }
            assert!(cache.stats().near_hits > ROUNDS, "nothing was kept");
        }
    )*};
}

are_seen_at_once! {
    an_invalidation_is_seen_at_once: |cache, _truth, _now| cache.invalidate("price:1").await.unwrap();
    one_by_tag_is_seen_at_once: |cache, _truth, _now| cache.invalidate_tag("prices").await.unwrap();
    clear_is_seen_at_once: |cache, _truth, _now| cache.clear().await.unwrap();
    put_is_seen_at_once: |cache, _truth, now| with_cache(cache, price::put(1, &now)).await.unwrap();
    refresh_is_seen_at_once: |cache, truth, now| {
        let value = with_cache(cache, refreshing(price(1, truth))).await;
        assert!(value >= now, "{value} after it was {now}");
    };
}

/// What one process does, another one sees as soon as Redis has told it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_process_sees_everything_as_well() {
    let (server, truth) = (RedisServer::start(), Truth::default());
    let (cache, other) = (keeping(&server), keeping(&server));
    warm(&other, &truth).await;
    let _readers = Readers::of(&other, &truth);
    for round in 0..ROUNDS / 2 {
        let now = truth.next();
        match round % 5 {
            0 => cache.invalidate("price:1").await.unwrap(),
            1 => cache.invalidate_tag("prices").await.unwrap(),
            2 => cache.clear().await.unwrap(),
            3 => with_cache(cache.clone(), price::put(1, &now)).await.unwrap(),
            _ => drop(with_cache(cache.clone(), refreshing(price(1, truth.clone()))).await),
        }
        eventually(SOON, "the other process sees it", async || read(&other, &truth).await >= now).await;
    }
    assert!(other.stats().near_hits > ROUNDS / 2, "nothing was kept");
}

/// Lets Redis take no writes.
fn refuse_writes(server: &RedisServer, refuse: bool) {
    server.everywhere(&["CONFIG", "SET", "min-replicas-to-write", if refuse { "9" } else { "0" }]);
}

/// Nothing that was kept is served, and nothing is until the invalidation has gone through.
async fn is_not_served(cache: &Cache, truth: &Truth, now: u64) {
    let before = cache.stats().near_hits;
    for _ in 0..20 {
        assert!(read(cache, truth).await >= now);
    }
    assert_eq!(cache.stats().near_hits, before);
}

#[tokio::test]
async fn what_could_not_be_invalidated_is_not_served_until_it_could() {
    let (server, truth) = (RedisServer::start(), Truth::default());
    let cache = keeping(&server);
    for by in ["key", "tag", "everything", "put"] {
        warm(&cache, &truth).await;
        refuse_writes(&server, true);
        let now = truth.next();
        let refused = match by {
            "key" => cache.invalidate("price:1").await,
            "tag" => cache.invalidate_tag("prices").await,
            "everything" => cache.clear().await,
            _ => with_cache(cache.clone(), price::put(1, &now)).await,
        };
        assert!(refused.is_err(), "{by}");
        is_not_served(&cache, &truth, now).await;
        refuse_writes(&server, false);
        warm(&cache, &truth).await;
        assert_eq!(read(&cache, &truth).await, now, "{by}");
    }
}

#[tokio::test]
async fn nor_is_it_while_redis_is_frozen_or_afterwards() {
    let (server, truth) = (RedisServer::start(), Truth::default());
    let cache = builder(&server.url())
        .operation_timeout(Duration::from_millis(100))
        .near(Duration::from_secs(600))
        .build()
        .unwrap();
    warm(&cache, &truth).await;
    server.freeze();
    let now = truth.next();
    assert!(cache.invalidate("price:1").await.is_err());
    is_not_served(&cache, &truth, now).await;
    server.thaw();
    eventually(SOON, "it is kept again", async || {
        let before = cache.stats().near_hits;
        assert!(read(&cache, &truth).await >= now);
        cache.stats().near_hits > before
    })
    .await;
}

/// Readers find in Redis what the invalidation does not remove: before it fails, and while it does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_could_not_be_invalidated_is_not_taken_in_meanwhile() {
    const ITEMS: u64 = 500;
    let (server, truth, item) = (RedisServer::start(), Truth::default(), Truth::default());
    let cache = keeping(&server);
    for item in 0..ITEMS {
        with_cache(cache.clone(), price(item, truth.clone())).await;
    }
    refuse_writes(&server, true);
    let now = truth.next();
    let reader = || {
        let (cache, truth, item) = (cache.clone(), truth.clone(), item.clone());
        tokio::spawn(async move {
            loop {
                with_cache(cache.clone(), price(item.now(), truth.clone())).await;
                tokio::task::yield_now().await;
            }
        })
    };
    let _readers = Readers((0..4).map(|_| reader()).collect());
    for item_now in 0..ITEMS {
        assert!(cache.invalidate(&format!("price:{item_now}")).await.is_err());
        for _ in 0..3 {
            assert_eq!(with_cache(cache.clone(), price(item_now, truth.clone())).await, now, "item {item_now}");
        }
        item.next();
    }
    assert!(cache.stats().near_hits > 0, "nothing was kept");
}
