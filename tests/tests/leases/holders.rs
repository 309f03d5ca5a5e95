//! What becomes of a lease whose holder goes away.

use std::time::Duration;

use cache_runtime::{read_through, with_cache};
use cache_tests::{Act, Origin, eventually};
use tokio::time::{Instant, timeout};

use crate::fleet::{Fleet, LEASE, PATIENCE, cache, entry};

#[tokio::test]
async fn a_caller_that_is_dropped_gives_it_back_at_once() {
    let fleet = Fleet::of(2);
    fleet.origin.hold();
    let holder = fleet.call(0);
    fleet.until_asked(1).await;
    let waiter = fleet.call(1);
    fleet.until_waiting(1).await;
    let start = Instant::now();
    holder.abort();
    fleet.until_asked(2).await;
    assert!(start.elapsed() < LEASE, "{:?}", start.elapsed());
    fleet.origin.release();
    assert_eq!(timeout(PATIENCE, waiter).await.unwrap().unwrap(), Ok(2));
}

#[tokio::test]
async fn so_does_one_that_panics() {
    let fleet = Fleet::of(2);
    fleet.origin.hold();
    let holder = fleet.call(0);
    fleet.until_asked(1).await;
    let waiter = fleet.call(1);
    fleet.until_waiting(1).await;
    fleet.origin.will(Act::Panic);
    fleet.origin.release();
    assert!(holder.await.unwrap_err().is_panic());
    eventually(PATIENCE, "the next one loads", async || fleet.origin.asked() == 2).await;
    // It panics as well.
    assert!(waiter.await.unwrap_err().is_panic());
    fleet.origin.will(Act::Answer);
    assert_eq!(fleet.call(0).await.unwrap(), Ok(3));
}

#[tokio::test]
async fn one_that_dies_without_a_word_is_replaced_when_its_lease_is_over() {
    let fleet = Fleet::of(1);
    fleet.origin.hold();
    let (url, origin) = (fleet.server.url(), fleet.origin.clone());
    let dead = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let holder = tokio::spawn(with_cache(cache(&url), entry(origin.clone())));
            eventually(PATIENCE, "it is loading", async || origin.asked() == 1).await;
            std::mem::forget(holder);
        });
        // The runtime goes with its tasks and its connection, as if the power had failed.
    });
    tokio::task::spawn_blocking(|| dead.join().unwrap()).await.unwrap();
    let left = fleet.redis(&["PTTL", "entry"]).integer();
    assert!((1..=2_000).contains(&left), "its lease ends by itself: {left}");
    fleet.origin.release();
    assert_eq!(timeout(PATIENCE, fleet.call(0)).await.unwrap().unwrap(), Ok(2));
}

#[tokio::test]
async fn one_whose_lease_was_taken_over_does_not_store_what_it_brings_late() {
    let fleet = Fleet::of(2);
    fleet.origin.hold();
    let slow = fleet.call(0);
    fleet.until_asked(1).await;
    // As if it had not been able to renew its lease for a while.
    fleet.redis(&["DEL", "entry"]);
    let quick = fleet.call(1);
    fleet.until_asked(2).await;
    fleet.origin.release();
    assert_eq!(slow.await.unwrap(), Ok(1), "its own caller has it all the same");
    assert_eq!(quick.await.unwrap(), Ok(2));
    assert_eq!(fleet.call(0).await.unwrap(), Ok(2));
    assert_eq!(fleet.caches[0].stats().refused_fills, 1);
}

#[tokio::test]
async fn a_load_that_asks_for_its_own_key_through_another_cache_does_not_wait_for_itself() {
    #[read_through(key = "entry", ttl = 60, cache = outer, companions = false, skip(outer, inner, origin))]
    async fn nested(outer: cache_runtime::Cache, inner: cache_runtime::Cache, origin: Origin) -> usize {
        with_cache(inner, entry(origin)).await.unwrap()
    }
    let fleet = Fleet::of(2);
    let (outer, inner) = (fleet.caches[0].clone(), fleet.caches[1].clone());
    let start = Instant::now();
    let answer = timeout(PATIENCE, nested(outer, inner, fleet.origin.clone())).await;
    assert_eq!(answer.expect("no deadlock"), 1);
    assert!(start.elapsed() < Duration::from_secs(10));
}
