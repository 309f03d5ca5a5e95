//! Entries with tags: what is kept of them goes when one of their tags goes, and not before.

use cache_runtime::{Cache, read_through, with_cache};
use cache_tests::{RedisServer, Reply, eventually};

use crate::stand::{SOON, Truth, cache, commands, keeping, warm};

#[read_through(key = "price:{item}", ttl = 600, tags = ["prices", "item:{item}"], skip(truth))]
async fn price(item: u64, truth: Truth) -> u64 {
    let _ = item;
    truth.now()
}

#[read_through(key = "stock:{item}", ttl = 600, tags = ["stocks"], skip(truth))]
async fn stock(item: u64, truth: Truth) -> u64 {
    let _ = item;
    truth.now()
}

struct Shop {
    server: RedisServer,
    /// What is kept here.
    cache: Cache,
    /// Another process.
    other: Cache,
    truth: Truth,
}

impl Shop {
    /// With the price of the item 1 kept.
    async fn open() -> Self {
        let server = RedisServer::start();
        let (cache, other) = (keeping(&server), keeping(&server));
        let shop = Self { server, cache, other, truth: Truth::default() };
        with_cache(shop.other.clone(), stock(1, shop.truth.clone())).await;
        eventually(SOON, "a near hit", async || {
            let before = shop.cache.stats().near_hits;
            shop.price().await;
            shop.cache.stats().near_hits > before
        })
        .await;
        shop
    }

    async fn price(&self) -> u64 {
        with_cache(self.cache.clone(), price(1, self.truth.clone())).await
    }

    /// What somebody does to a tag. In a cluster, the tag of all entries has parts.
    fn change(&self, tag: &str, verb: &str, more: &[&str]) {
        let patterns = [tag.to_owned(), format!("{tag}{{*")];
        let keys = patterns.iter().flat_map(|keys| self.server.everywhere(&["KEYS", keys]));
        let keys: Vec<_> = keys.flat_map(|keys| keys.texts()).collect();
        assert!(!keys.is_empty(), "there is no tag {tag}");
        for key in keys {
            assert_ne!(self.server.command(&[&[verb, &key], more].concat()), Reply::Integer(0), "{key} is gone");
        }
    }

    /// What is kept is not served any more.
    async fn is_gone(&self, now: u64) {
        eventually(SOON, "it is loaded anew", async || self.price().await == now).await;
    }

    /// What is kept is served as before, and Redis is not asked.
    async fn is_kept(&self, why: &str) {
        // What Redis tells is heard in order: after this, all of it.
        self.cache.ping().await.unwrap();
        let (loads, near_hits) = (self.cache.stats().loads, self.cache.stats().near_hits);
        let before = commands(&self.server);
        for _ in 0..50 {
            self.price().await;
        }
        let stats = self.cache.stats();
        assert_eq!((stats.loads - loads, stats.near_hits - near_hits), (0, 50), "{why}");
        assert_eq!(commands(&self.server), before, "{why}");
    }
}

#[tokio::test]
async fn entries_with_tags_need_no_round_trip_either() {
    Shop::open().await.is_kept("nothing has happened").await;
}

#[tokio::test]
async fn each_of_their_tags_is_seen_to_go_elsewhere() {
    let shop = Shop::open().await;
    for tag in ["prices", "item:1", "prices"] {
        let now = shop.truth.next();
        shop.other.invalidate_tag(tag).await.unwrap();
        shop.is_gone(now).await;
    }
}

#[tokio::test]
async fn clear_is_seen_elsewhere() {
    let shop = Shop::open().await;
    for _ in 0..3 {
        let now = shop.truth.next();
        shop.other.clear().await.unwrap();
        shop.is_gone(now).await;
    }
}

#[tokio::test]
async fn so_is_what_a_writer_in_another_language_does_to_a_tag() {
    let shop = Shop::open().await;
    for tag in ["%~tag:prices", "%~tag:item:1", "%~all"] {
        for (verb, more) in [("DEL", &[][..]), ("SET", &["sixteen bytes xy"]), ("PEXPIRE", &["200"])] {
            shop.price().await;
            let now = shop.truth.next();
            shop.change(tag, verb, more);
            shop.is_gone(now).await;
        }
    }
}

#[tokio::test]
async fn other_tags_and_other_entries_disturb_nobody() {
    let shop = Shop::open().await;
    shop.other.invalidate_tag("stocks").await.unwrap();
    shop.other.invalidate_tag("item:2").await.unwrap();
    shop.other.invalidate("price:2").await.unwrap();
    shop.is_kept("other tags were invalidated").await;
    let stocks = async || with_cache(shop.other.clone(), stock(1, shop.truth.clone())).await;
    stocks().await;
    shop.is_kept("another entry was loaded").await;
}

#[tokio::test]
async fn nor_does_what_is_stored_by_hand() {
    let shop = Shop::open().await;
    for item in 2..10 {
        with_cache(shop.other.clone(), stock::put(item, &7)).await.unwrap();
    }
    shop.is_kept("other entries were stored").await;
    with_cache(shop.other.clone(), price::put(2, &7)).await.unwrap();
    shop.is_kept("an entry with the same tag was stored").await;
}

/// The tags are not those of the key: they tell by what an entry is to be forgotten.
#[read_through(key = "profile:{id}", ttl = 600, near = "10m", tags = ["team:{team}"], skip(team, truth), companions = false)]
async fn profile(id: u64, team: u64, truth: Truth) -> u64 {
    let _ = (id, team);
    truth.now()
}

#[tokio::test]
async fn an_entry_is_not_shared_by_those_who_would_forget_it_by_other_tags() {
    let (server, truth) = (RedisServer::start(), Truth::default());
    let cache = cache(&server);
    let profile = |team| with_cache(cache.clone(), profile(7, team, truth.clone()));
    let is_near = async |team| {
        let before = cache.stats().near_hits;
        profile(team).await;
        cache.stats().near_hits > before
    };
    for round in 0..20 {
        eventually(SOON, "a near hit of one team", async || is_near(1).await).await;
        truth.next();
        cache.invalidate_tag("team:2").await.unwrap();
        assert_eq!(profile(2).await, truth.now(), "round {round}: it was kept for the other team");
        eventually(SOON, "a near hit of the other team", async || is_near(2).await).await;
        truth.next();
        cache.invalidate_tag("team:1").await.unwrap();
        assert_eq!(profile(1).await, truth.now(), "round {round}");
    }
}

#[tokio::test]
async fn what_was_stored_by_hand_without_tags_is_not_taken_for_a_tagged_entry() {
    let (server, truth) = (RedisServer::start(), Truth::default());
    let cache = cache(&server);
    warm(&cache, "profile:7", truth.now()).await;
    truth.next();
    cache.invalidate_tag("team:1").await.unwrap();
    assert_eq!(with_cache(cache.clone(), profile(7, 1, truth.clone())).await, truth.now());
}
