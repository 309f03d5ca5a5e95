//! Forgetting: one entry, a group of entries, everything; by hand, or as what follows from a change.
//!
//! `cargo run --example invalidation`, or with `REDIS_URL=redis://localhost` for all processes at once.

use std::error::Error;
use std::sync::Mutex;

use cache_runtime::{Cache, invalidates, read_through};

static PRICES: Mutex<[u32; 2]> = Mutex::new([10, 20]);

#[read_through(key = "price:{item}", ttl = "1h", tags = ["prices"])]
async fn price(item: usize) -> Option<u32> {
    PRICES.lock().ok()?.get(item).copied() // SELECT ..
}

/// One entry follows from one change. It is forgotten after the change: whatever was read before is not stored after it.
#[invalidates(price(item))]
async fn set_price(item: usize, new: u32) {
    if let Ok(mut prices) = PRICES.lock()
        && let Some(price) = prices.get_mut(item)
    {
        *price = new; // UPDATE ..
    }
}

/// A tag is forgotten by one command, however many entries have it.
#[invalidates(tag = "prices")]
async fn double_all() {
    if let Ok(mut prices) = PRICES.lock() {
        prices.iter_mut().for_each(|price| *price *= 2);
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let cache = Cache::from_env()?;
    cache_runtime::init(cache.clone())?;
    cache.clear().await?; // what an earlier run has left

    println!("at first:      {:?} {:?}", price(0).await, price(1).await);
    set_price(0, 11).await;
    println!("one changed:   {:?} {:?}", price(0).await, price(1).await);
    assert_eq!((price(0).await, price(1).await), (Some(11), Some(20)));

    double_all().await;
    println!("all changed:   {:?} {:?}", price(0).await, price(1).await);
    assert_eq!((price(0).await, price(1).await), (Some(22), Some(40)));

    // By hand, where something else has changed the origin. From outside, `redis-cli DEL price:0` does the same.
    price::invalidate(0).await?;
    cache.invalidate_tag("prices").await?;
    cache.clear().await?;
    assert_eq!(price::peek(0).await, None);
    println!("loaded {} times in all", cache.stats().loads);
    cache_runtime::shutdown().await;
    Ok(())
}
