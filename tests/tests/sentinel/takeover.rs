//! Another server becomes the master while there are callers.

use std::time::Duration;

use cache_tests::{Sentinels, eventually};

use crate::load::Load;
use crate::stand::{SECONDS, SOON, STORED, are_all_at_the_master, cache, connections, hits, read};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_notices_a_failover_that_was_asked_for() {
    let sentinels = Sentinels::start(2);
    let caches = [cache(&sentinels.url()), cache(&sentinels.url())];
    let load = Load::on(&caches, STORED, Duration::ZERO);
    for _ in 0..2 {
        let before = load.invalidations();
        eventually(SOON, "it is in use", async || load.invalidations() > before + 50).await;
        load.unsettle();
        tokio::task::block_in_place(|| sentinels.failover());
        are_all_at_the_master(&sentinels, caches.len()).await;
        load.settle().await;
        let before = load.invalidations();
        eventually(SOON, "the new master is in use", async || load.invalidations() > before + 50).await;
        for cache in &caches {
            hits(cache, "calm").await;
        }
    }
    load.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_loses_its_master_has_the_next_one_in_seconds() {
    let mut sentinels = Sentinels::start(2);
    let caches = [cache(&sentinels.url()), cache(&sentinels.url())];
    let load = Load::on(&caches, STORED, Duration::ZERO);
    eventually(SOON, "it is in use", async || load.invalidations() > 50).await;
    load.unsettle();
    let old = tokio::task::block_in_place(|| sentinels.kill_master());
    eventually(SECONDS, "the new master is in use", async || connections(sentinels.master()) >= caches.len()).await;
    for cache in &caches {
        hits(cache, "calm").await;
    }
    load.settle().await;
    // The old one comes back, empty, and is told that it is a replica.
    tokio::task::block_in_place(|| {
        sentinels.restart(old);
        sentinels.settle();
    });
    let before = load.invalidations();
    eventually(SOON, "the new master is in use", async || load.invalidations() > before + 50).await;
    assert!(load.end().await > 0, "nothing can be invalidated while there is no master");
}

#[tokio::test]
async fn what_the_old_master_refuses_is_an_error_until_it_is_left() {
    let sentinels = Sentinels::start(1);
    let cache = cache(&sentinels.url());
    assert_eq!(read(&cache, "a", &STORED, 1).await, 1);
    sentinels.settle();
    let (old, new) = (sentinels.master(), sentinels.replica());
    // Whose connections stay, unlike those of a server to which sentinels say it.
    new.command(&["REPLICAOF", "NO", "ONE"]);
    old.command(&["REPLICAOF", "127.0.0.1", &new.port().to_string()]);
    let refused = cache.invalidate("a").await;
    assert!(refused.is_err(), "the old master has not got it");
    assert_eq!(read(&cache, "a", &STORED, 2).await, 2, "what could not be invalidated is not served");
    eventually(SOON, "it can be invalidated", async || cache.invalidate("a").await.is_ok()).await;
    assert_eq!(read(&cache, "a", &STORED, 3).await, 3);
    hits(&cache, "a").await;
}
