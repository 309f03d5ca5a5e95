//! Methods: `self` is a parameter like any other, so what tells one receiver from another belongs in the key.
//!
//! `cargo run --example methods`

use std::error::Error;
use std::io;

use cache_runtime::Cache;
use cache_runtime::read_through;

struct Shop {
    tenant: &'static str,
    euros: u64,
    cache: Cache,
}

impl Shop {
    /// The companions are methods beside this one: `price_key`, `price_invalidate` and so on.
    #[read_through(key = "{self.tenant}:price:{sku}", ttl = "10m", cache = self.cache)]
    async fn price(&self, sku: &str) -> io::Result<u64> {
        Ok(self.euros + sku.len() as u64)
    }
}

trait Stock {
    async fn in_stock(&self, sku: &str) -> u64;
}

impl Stock for Shop {
    /// The `impl` of a trait has no room for companions. `skip(self)` says that all shops share one warehouse.
    #[read_through(key = "stock:{sku}", ttl = 5, skip(self), cache = self.cache, companions = false)]
    async fn in_stock(&self, sku: &str) -> u64 {
        self.euros * sku.len() as u64
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let cache = Cache::builder().url("memory://").build()?;
    let north = Shop { tenant: "north", euros: 10, cache: cache.clone() };
    let south = Shop { tenant: "south", euros: 20, cache: cache.clone() };

    let prices = (north.price("tea").await?, south.price("tea").await?);
    println!(
        "two shops, two keys: {} costs {}, {} costs {}",
        north.price_key("tea"),
        prices.0,
        south.price_key("tea"),
        prices.1
    );
    assert_eq!(prices, (13, 23));

    north.price_put("tea", &9).await?;
    println!("`price_put` stored another price: {}", north.price("tea").await?);
    assert_eq!(north.price("tea").await?, 9);

    let body = north.price_origin("tea").await?;
    println!("`price_origin` runs the body and leaves the cache alone: {body}, then {}", north.price("tea").await?);
    assert_eq!((body, north.price("tea").await?), (13, 9));

    let fresh = north.price_refresh("tea").await?;
    println!("`price_refresh` runs the body and stores: {fresh}, then {}", north.price("tea").await?);
    assert_eq!((fresh, north.price("tea").await?), (13, 13));

    north.price_invalidate("tea").await?;
    let left = (north.price_peek("tea").await, south.price_peek("tea").await);
    println!("`price_invalidate` removed the price of one shop, `price_peek` looks without loading: {left:?}");
    assert_eq!(left, (None, Some(23)));

    let stock = (north.in_stock("tea").await, south.in_stock("tea").await);
    println!("a trait's method, one key for both shops: {stock:?}");
    assert_eq!(stock, (30, 30));
    Ok(())
}
