//! An invalidation that did not go through: what is stored is not believed any more, and removed as soon as Redis lets us.
#![expect(clippy::unwrap_used, reason = "a test reports by panicking, its helpers too")]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use cache_runtime::{Cache, invalidates, read_through, with_cache, write_through};
use cache_tests::{RedisServer, eventually};

use crate::stand::TIMEOUT;

/// After Redis takes writes again. Tried at least once a second.
const SOON: Duration = Duration::from_secs(5);

static LOADS: AtomicUsize = AtomicUsize::new(0);

#[read_through(key = "price:{item}", ttl = 600, tags = ["prices"])]
async fn price(item: u64) -> Result<usize, String> {
    let _ = item;
    Ok(LOADS.fetch_add(1, Ordering::SeqCst) + 1)
}

#[invalidates(price(item))]
async fn raise(item: u64) -> Result<u64, String> {
    Ok(item)
}

#[write_through(price(item))]
async fn set(item: u64) -> Result<usize, String> {
    let _ = item;
    Ok(1000)
}

struct Shop {
    server: RedisServer,
    cache: Cache,
}

impl Shop {
    /// With the price of the item 1 in store.
    async fn open() -> Self {
        let server = RedisServer::start();
        let cache = Cache::builder().url(server.url()).operation_timeout(TIMEOUT).build().unwrap();
        let shop = Self { server, cache };
        shop.price().await;
        assert_eq!(shop.price().await, shop.price().await, "it is in store");
        shop
    }

    async fn price(&self) -> usize {
        with_cache(self.cache.clone(), price(1)).await.unwrap()
    }

    fn refuses_writes(&self, refuses: bool) {
        let replicas = if refuses { "9" } else { "0" };
        self.server.everywhere(&["CONFIG", "SET", "min-replicas-to-write", replicas]);
    }

    /// What is in store is not used, although it is there.
    async fn is_not_believed(&self, what: &str) {
        let mut last = self.price().await;
        for _ in 0..5 {
            let next = self.price().await;
            assert!(next > last, "it came from the cache after: {what}");
            last = next;
        }
    }

    /// Nobody asks, and it is removed all the same; then all is as it was.
    async fn heals(&self, key: &str, what: &str) {
        let removed = async || self.server.command(&["EXISTS", key]).integer() == 0;
        eventually(SOON, &format!("what is old is removed after: {what}"), removed).await;
        let hit = async || self.price().await == self.price().await;
        eventually(SOON, &format!("a hit after: {what}"), hit).await;
    }
}

#[tokio::test]
async fn what_could_not_be_invalidated_is_not_used_until_it_could() {
    let shop = Shop::open().await;
    for what in ["an invalidation", "one by tag", "a writer", "a write through", "a put"] {
        shop.price().await;
        shop.refuses_writes(true);
        let cache = shop.cache.clone();
        let refused = match what {
            "an invalidation" => with_cache(cache, price::invalidate(1)).await.is_err(),
            "one by tag" => cache.invalidate_tag("prices").await.is_err(),
            "a writer" => with_cache(cache, raise(1)).await == Ok(1),
            "a write through" => with_cache(cache, set(1)).await == Ok(1000),
            _ => with_cache(cache, price::put(1, &7)).await.is_err(),
        };
        assert!(refused, "{what}");
        assert_eq!(shop.server.command(&["EXISTS", "price:1"]).integer(), 1, "it is still there");
        shop.is_not_believed(what).await;
        assert!(with_cache(shop.cache.clone(), price::peek(1)).await.is_none());
        shop.refuses_writes(false);
        shop.heals(if what == "one by tag" { "%~tag:prices" } else { "price:1" }, what).await;
    }
    assert!(shop.cache.stats().invalidation_failures >= 5);
}

#[tokio::test]
async fn what_could_not_be_invalidated_while_redis_was_frozen_is_removed_after_the_thaw() {
    let shop = Shop::open().await;
    shop.server.freeze();
    assert!(with_cache(shop.cache.clone(), price::invalidate(1)).await.is_err());
    shop.is_not_believed("a freeze").await;
    shop.server.thaw();
    shop.heals("price:1", "a freeze").await;
}

#[tokio::test]
async fn shutdown_tries_for_the_last_time() {
    let shop = Shop::open().await;
    shop.refuses_writes(true);
    assert!(with_cache(shop.cache.clone(), price::invalidate(1)).await.is_err());
    // Several rounds, after which the next one is a second away.
    tokio::time::sleep(Duration::from_millis(700)).await;
    shop.refuses_writes(false);
    shop.cache.shutdown().await;
    assert_eq!(shop.server.command(&["EXISTS", "price:1"]).integer(), 0);
}
