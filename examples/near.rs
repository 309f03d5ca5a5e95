//! Decoded values in the process: a hit neither asks Redis nor decodes, and what changes in Redis is forgotten at once.
//!
//! `REDIS_URL=redis://localhost:6379 cargo run --example near`; without a Redis there is nothing that could be nearer.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use cache_runtime::{Cache, Coherence, read_through, with_cache};
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, sleep};

#[derive(Clone, Serialize, Deserialize)]
struct Catalogue {
    items: Vec<String>,
}

/// Kept in Redis for an hour, and decoded in each process that reads it for a minute. A hit there clones the `Arc`.
#[read_through(key = "near:catalogue:{shop}", ttl = "1h", near = "1m")]
async fn catalogue(shop: u32) -> Arc<Catalogue> {
    Arc::new(Catalogue { items: (0..1_000).map(|item| format!("item {item} of shop {shop}")).collect() })
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let cache = Cache::from_env()?;
    cache_runtime::init(cache.clone())?;
    cache.ping().await?;
    catalogue::invalidate(7).await?; // what an earlier run may have left in Redis

    println!("loaded        {:>9.1?}", timed().await);
    println!("stored        {:>9.1?}  asked for, and decoded", timed().await);
    if !is_near(&cache).await {
        println!("`near` has no effect here, as nobody tells this process of changes.");
        println!("With `memory://`, values are in it anyway, encoded: try REDIS_URL=redis://localhost:6379.");
        println!("Redis tells from version 6 on, and those users whom it permits `CLIENT TRACKING`.");
        assert_eq!((cache.stats().coherence, cache.stats().near_hits), (Coherence::None, 0));
        return Ok(());
    }
    println!("near          {:>9.1?}  neither", timed().await);

    // Clones of a cache are one cache; one that is built separately is like another process.
    let elsewhere = Cache::from_env()?;
    let smaller = Arc::new(Catalogue { items: vec!["the last item".to_owned()] });
    with_cache(elsewhere.clone(), catalogue::put(7, &smaller)).await?;
    let start = Instant::now();
    while catalogue(7).await.items.len() > 1 {
        assert!(start.elapsed() < Duration::from_secs(2), "Redis tells, or is not believed any more");
        tokio::task::yield_now().await;
    }
    println!("changed by another process, seen here {:.1?} after that was done", start.elapsed());

    let stats = cache.stats();
    println!("stats         {} near hits, {} hits in Redis, {} load", stats.near_hits, stats.hits, stats.loads);
    assert!(stats.near_hits > 0 && stats.loads == 1);
    catalogue::invalidate(7).await?;
    elsewhere.shutdown().await;
    cache_runtime::shutdown().await;
    Ok(())
}

/// Reads until an answer was kept in this process: the connection on which Redis tells of changes is made when it is first
/// needed.
async fn is_near(cache: &Cache) -> bool {
    for _ in 0..100 {
        catalogue(7).await;
        if cache.stats().near_hits > 0 {
            return true;
        }
        sleep(Duration::from_millis(5)).await;
    }
    false
}

async fn timed() -> Duration {
    let start = Instant::now();
    catalogue(7).await;
    start.elapsed()
}
