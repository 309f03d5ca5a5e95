//! Each call is counted once, by what it found.

use std::pin::Pin;
use std::time::Duration;

use cache_runtime::testing::{Fault, Operation, cache_with_faults, settled};
use cache_runtime::{
    Cache, ErrorKind, Outcome, Outcomes, Stats, bypass, observed, read_through, refreshing, with_cache,
};

use crate::functions::{Source, builder, many, memory, plain, slow, windows};

/// The calls that were counted, each by what it found.
fn counted(cache: &Cache) -> u64 {
    let stats = cache.stats();
    let Stats { near_hits, hits, absent_hits, stale_hits, held_off, .. } = stats;
    let Stats { misses, failed_open, bypassed, refreshed, .. } = stats;
    near_hits + hits + absent_hits + stale_hits + held_off + misses + failed_open + bypassed + refreshed
}

fn answers(outcomes: Outcomes) -> [u32; 5] {
    Outcome::ALL.map(|outcome| outcomes.count(outcome))
}

const HIT: [u32; 5] = [0, 1, 0, 0, 0];
const MISS: [u32; 5] = [0, 0, 0, 1, 0];
const STALE: [u32; 5] = [0, 0, 0, 0, 1];

#[read_through(key = "sick:{id}", ttl = 60, stale_if_error = "1h")]
async fn sick(id: u64) -> Result<u64, String> {
    Err(id.to_string())
}

#[tokio::test(start_paused = true)]
async fn a_failure_that_is_handed_on_is_no_miss() {
    let (cache, faults) = cache_with_faults(builder()).unwrap();
    with_cache(cache.clone(), async {
        assert_eq!(answers(observed(sick(1)).await.1), MISS);
        assert_eq!(answers(observed(sick(1)).await.1), MISS);
        assert_eq!((cache.stats().misses, cache.stats().held_off, counted(&cache)), (1, 1, 2));
        assert_eq!(cache.stats().hit_ratio(), Some(0.0));
        faults.next(1, Operation::Read, Fault::Fail(ErrorKind::Unavailable));
        assert_eq!(answers(observed(sick(1)).await.1), MISS);
        assert_eq!((cache.stats().failed_open, counted(&cache)), (1, 3));
    })
    .await;
}

#[tokio::test]
async fn a_load_whatever_there_is_is_counted_as_that() {
    let (cache, source) = (memory(), Source::default());
    with_cache(cache.clone(), async {
        plain(&source, "a").await.unwrap();
        assert_eq!(answers(observed(refreshing(plain(&source, "a"))).await.1), MISS);
        assert_eq!(answers(observed(plain::refresh(&source, "a")).await.1), MISS);
        assert_eq!(answers(observed(refreshing(many(&[1, 2]))).await.1), [0, 0, 0, 2, 0]);
        let stats = cache.stats();
        assert_eq!((stats.refreshed, stats.misses, stats.loads, counted(&cache)), (4, 1, 5, 5));
        assert_eq!(stats.hit_ratio(), Some(0.0));
    })
    .await;
}

#[tokio::test]
async fn each_key_of_a_call_that_asks_for_no_cache_counts() {
    let cache = memory();
    with_cache(cache.clone(), async {
        assert_eq!(answers(observed(bypass(many(&[1, 2, 3]))).await.1), [0, 0, 3, 0, 0]);
        assert_eq!((cache.stats().bypassed, counted(&cache)), (3, 3));
    })
    .await;
}

#[read_through(key = "picky:{id}", ttl = 60, cache_if = |n: &u64| *n > 1)]
async fn picky(id: u64) -> u64 {
    id
}

#[read_through(key = "nothing:{id}", ttl = 60)]
async fn nothing(id: u64) -> Option<u64> {
    let _ = id;
    None
}

#[tokio::test]
async fn what_is_not_to_be_stored_is_no_fill() {
    let cache = memory();
    with_cache(cache.clone(), async {
        picky(1).await;
        nothing(1).await;
        assert_eq!((cache.stats().loads, cache.stats().fills, cache.stats().refused_fills), (2, 0, 0));
        picky(2).await;
        assert_eq!(cache.stats().fills, 1);
    })
    .await;
}

#[read_through(key = "panics:{id}", ttl = 60)]
async fn panics(id: u64) -> u64 {
    tokio::task::yield_now().await;
    panic!("{id}")
}

#[read_through(key = "panics:each:{id}", ttl = 60, each(id in ids))]
async fn panics_for_many(ids: &[u64]) -> Vec<(u64, u64)> {
    panic!("{ids:?}")
}

#[tokio::test]
async fn a_body_that_panics_has_failed() {
    let cache = memory();
    let run = |call| tokio::spawn(with_cache(cache.clone(), call));
    let one: Pin<Box<dyn Future<Output = ()> + Send>> = Box::pin(async { _ = panics(1).await });
    let many: Pin<Box<dyn Future<Output = ()> + Send>> = Box::pin(async { _ = panics_for_many(&[1, 2]).await });
    for (call, failures) in [(one, 1), (many, 3)] {
        assert!(run(call).await.unwrap_err().is_panic());
        let stats = cache.stats();
        assert_eq!((stats.load_failures, stats.loads, stats.in_flight), (failures, 0, 0));
        assert_eq!(counted(&cache), failures);
    }
}

#[tokio::test(start_paused = true)]
async fn a_look_at_an_old_value_says_so() {
    let cache = memory();
    with_cache(cache.clone(), async {
        windows("a".to_owned()).await.unwrap();
        assert_eq!(answers(observed(windows::peek("a".to_owned())).await.1), HIT);
        tokio::time::sleep(Duration::from_secs(90)).await;
        assert_eq!(answers(observed(windows::peek("a".to_owned())).await.1), STALE);
        assert_eq!(counted(&cache), 3);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn who_looks_again_is_counted_once() {
    let cache = memory();
    let begin = || tokio::spawn(observed(with_cache(cache.clone(), slow(1))));
    let pause = || tokio::time::sleep(Duration::from_millis(10));
    with_cache(cache.clone(), async {
        let leader = begin();
        pause().await;
        let follower = begin();
        pause().await;
        // What the leader brings is not for who came later, and finds this.
        slow::put(1, &2).await.unwrap();
        let (leader, follower) = (leader.await.unwrap(), follower.await.unwrap());
        assert_eq!((leader.0, answers(leader.1)), (1, MISS));
        assert_eq!((follower.0, answers(follower.1)), (2, MISS));
        assert_eq!((cache.stats().coalesced, counted(&cache)), (1, 2));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_call_that_had_its_answer_does_not_fail_with_its_reload() {
    let (cache, faults) = cache_with_faults(builder()).unwrap();
    with_cache(cache.clone(), async {
        windows("a".to_owned()).await.unwrap();
        tokio::time::sleep(Duration::from_secs(90)).await;
        // The call reads, and then the reload.
        faults.next(1, Operation::Read, Fault::Delay(Duration::ZERO));
        faults.next(1, Operation::Read, Fault::Fail(ErrorKind::Unavailable));
        assert_eq!(answers(observed(windows("a".to_owned())).await.1), STALE);
        settled(&cache).await;
        let stats = cache.stats();
        assert_eq!((stats.failed_open, stats.reloads_skipped, counted(&cache)), (0, 1, 2));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn callers_that_go_away_are_counted_and_leave_no_gauge_behind() {
    let (cache, faults) = cache_with_faults(builder()).unwrap();
    for operation in [Operation::Read, Operation::Lease, Operation::Write] {
        faults.always(operation, Fault::Delay(Duration::from_millis(10)));
    }
    with_cache(cache.clone(), async {
        let mut calls = 0;
        for patience in (1..200).step_by(7) {
            let patience = Duration::from_millis(patience);
            let (one, follower) = (tokio::time::timeout(patience, slow(1)), tokio::time::timeout(patience, slow(1)));
            let several = tokio::time::timeout(patience, many(&[1, 2]));
            let _ = tokio::join!(one, follower, several);
            calls += 4;
            slow::invalidate(1).await.unwrap();
            many::invalidate_many(&[1, 2]).await.unwrap();
            assert_eq!(cache.stats().in_flight, 0, "{patience:?}");
        }
        assert!(counted(&cache) <= calls, "{} of {calls}", counted(&cache));
        cache.shutdown().await;
        assert_eq!((cache.stats().in_flight, cache.stats().background_loads), (0, 0));
    })
    .await;
}
