//! Waiting for what a cache does in the background.

use std::time::Duration;

use tokio::time::sleep;

use crate::cache::Cache;

const PAUSE: Duration = Duration::from_millis(1);

/// Returns when `cache` does nothing in the background any more: no reload is under way, and no invalidation of a writer whose
/// caller is gone.
///
/// ```
/// use std::time::Duration;
/// use cache_runtime::testing::{Calls, Clock, settled};
/// use cache_runtime::{Cache, read_through, with_cache};
///
/// #[read_through(key = "page", ttl = "1m", refresh_ahead = 0.5, skip(renderer))]
/// async fn page(renderer: Calls) -> u64 { renderer.record() }
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// let (clock, renderer, cache) = (Clock::stop(), Calls::new(), Cache::builder().build()?);
/// with_cache(cache.clone(), async {
///     page(renderer.clone()).await;
///     clock.advance(Duration::from_secs(31)).await;
///     assert_eq!(page(renderer.clone()).await, 1); // begins a reload
///     settled(&cache).await;
///     assert_eq!(page(renderer.clone()).await, 2);
/// })
/// .await;
/// # Ok::<_, cache_runtime::Error>(()) }).unwrap();
/// ```
pub async fn settled(cache: &Cache) {
    while !cache.engine().is_idle() {
        sleep(PAUSE).await;
    }
}
