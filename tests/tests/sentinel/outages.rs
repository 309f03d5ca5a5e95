//! Sentinels that are gone, or silent.

use cache_tests::{Sentinels, eventually};

use crate::stand::{SECONDS, SOON, are_all_at_the_master, cache, hits};

#[tokio::test]
async fn one_sentinel_that_knows_the_master_is_enough_and_none_is_needed_by_who_is_connected() {
    let mut sentinels = Sentinels::start(1);
    let connected = cache(&sentinels.url());
    hits(&connected, "a").await;
    sentinels.sentinel(0).kill().unwrap();
    sentinels.sentinel(1).freeze().unwrap();
    hits(&cache(&sentinels.url()), "a").await;
    sentinels.sentinel(2).kill().unwrap();
    hits(&connected, "a").await;
    let late = cache(&sentinels.url());
    assert!(late.ping().await.is_err());
    sentinels.sentinel(1).thaw().unwrap();
    eventually(SOON, "a sentinel is back", async || late.ping().await.is_ok()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failover_is_followed_without_the_sentinel_that_is_asked_first() {
    let mut sentinels = Sentinels::start(1);
    let cache = cache(&sentinels.url());
    hits(&cache, "a").await;
    sentinels.sentinel(0).kill().unwrap();
    tokio::task::block_in_place(|| sentinels.failover());
    are_all_at_the_master(&sentinels, 1).await;
    eventually(SECONDS, "it is in use", async || cache.invalidate("a").await.is_ok()).await;
    hits(&cache, "a").await;
}
