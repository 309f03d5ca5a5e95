//! What a function has done, asked by its companion.

use ::std::collections::HashMap;
use ::std::fmt::Display;
use ::std::sync::LazyLock;

use cache_runtime::{Cache, read_through, with_cache};
use serde::{Deserialize, Serialize};

use crate::{Res, User, memory, on_a_cache};
pub use crate::{core, std};

static REPORTS: LazyLock<Cache> = LazyLock::new(memory);

/// Free.
#[read_through(key = "stats:user:{id}", ttl = 60)]
pub async fn counted(id: u64) -> Res<User> {
    Ok(User::new(id, "ada"))
}

/// Another one in the same cache.
#[read_through(key = "stats:other:{id}", ttl = 60)]
pub async fn other(id: u64) -> Res<User> {
    Ok(User::new(id, "bob"))
}

/// On a cache of its own.
#[read_through(key = "stats:report:{id}", ttl = 60, cache = REPORTS)]
pub async fn report(id: u64) -> u64 {
    id
}

/// The cache is chosen by a parameter of the key.
#[read_through(key = "stats:{shard}:{key}", ttl = 60, cache = shard_of(*shard))]
pub async fn sharded<K: Display + Sync>(shard: &usize, key: &K) -> String {
    format!("{shard} {key}")
}

fn shard_of(shard: usize) -> &'static Cache {
    static SHARDS: LazyLock<[Cache; 2]> = LazyLock::new(|| [memory(), memory()]);
    SHARDS.get(shard).unwrap()
}

/// For many keys.
#[read_through(key = "stats:each:{id}", ttl = 60, each(id in ids))]
pub async fn many(ids: &[u64]) -> HashMap<u64, u64> {
    ids.iter().map(|id| (*id, *id)).collect()
}

/// Has methods.
#[derive(Debug)]
pub struct Shop {
    cache: Cache,
}

impl Shop {
    /// On the cache of the shop.
    #[read_through(key = "stats:price:{item}", ttl = 60, skip(self), cache = self.cache)]
    pub async fn price(&self, item: &str) -> usize {
        item.len()
    }
}

/// Has an associated function.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[expect(
    clippy::unsafe_derive_deserialize,
    reason = "what the linker collects is registered by `unsafe` code of `inventory`"
)]
pub struct Market;

impl Market {
    /// On the cache of the scope.
    #[read_through(key = "stats:market", ttl = 60)]
    pub async fn open() -> Self {
        Self
    }
}

#[tokio::test]
async fn the_stats_of_a_function_are_those_of_its_cache() {
    let ((), stats) = on_a_cache(async {
        for _ in 0..3 {
            counted(7).await.unwrap();
            other(7).await.unwrap();
        }
        other(8).await.unwrap();
        many(&[1, 2]).await;
        let of = |stats: cache_runtime::Stats| (stats.loads, stats.hits);
        assert_eq!((of(counted::stats()), of(other::stats())), ((1, 2), (2, 2)));
        assert_eq!(many::stats().misses, 2);
        assert_eq!(of(Market::open_stats()), (0, 0));
        Market::open().await;
        assert_eq!(of(Market::open_stats()), (1, 0));
    })
    .await;
    assert_eq!(stats.hits, 4);
    assert_eq!(with_cache(memory(), async { counted::stats().hits }).await, 0);
}

#[tokio::test]
async fn a_function_with_a_cache_of_its_own_counts_there() {
    report(1).await;
    report(1).await;
    assert_eq!((report::stats().loads, report::stats().hits), (1, 1));
    let shop = Shop { cache: memory() };
    shop.price("tea").await;
    assert_eq!(shop.price_stats().loads, 1);
    assert_eq!(Shop { cache: memory() }.price_stats().loads, 0);
    sharded(&1, &"a").await;
    assert_eq!((sharded::stats(&0).loads, sharded::stats(&1).loads), (0, 1));
}
