//! A cache on a server that takes connections over TLS, and why it does not come to terms with it.

use std::time::Duration;

use cache_runtime::{Cache, Coherence, Error, Policy, Tls};
use cache_tests::eventually;

pub(crate) const SOON: Duration = Duration::from_secs(20);
pub(crate) const KEPT: Policy = Policy::new(Duration::from_secs(600)).near(Duration::from_secs(600));

pub(crate) fn cache(url: &str, tls: Tls) -> Cache {
    Cache::builder().url(url).tls(tls).operation_timeout(SOON).build().unwrap()
}

/// It stores, finds what it has stored, and keeps it as Redis tells of its changes.
pub(crate) async fn works(cache: &Cache) {
    eventually(SOON, "it connects", async || cache.ping().await.is_ok()).await;
    let read = async |value: u64| cache.read_through("k", &KEPT, || async move { value }).await;
    let is_near = async || {
        let before = cache.stats().near_hits;
        assert_eq!(read(1).await, 1);
        cache.stats().near_hits > before
    };
    eventually(SOON, "a near hit", is_near).await;
    assert_eq!(cache.stats().coherence, Coherence::Tracking);
    cache.invalidate("k").await.unwrap();
    assert_eq!(read(2).await, 2);
    cache.invalidate("k").await.unwrap();
}

/// Why it does not, at whatever moment it is asked.
pub(crate) async fn refusal(cache: &Cache) -> Error {
    let error = cache.ping().await.unwrap_err();
    let again = cache.ping().await.unwrap_err();
    assert_eq!(format!("{error:?}"), format!("{again:?}"));
    error
}
