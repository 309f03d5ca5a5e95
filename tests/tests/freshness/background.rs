//! Loads that no caller waits for: contained, bounded, owned.

use std::time::Duration;

use cache_runtime::{Cache, read_through, with_cache};

use crate::stand::{Act, Origin, Sick, Stand, TTL, on_both_stores};

const WINDOW: Duration = Duration::from_secs(3600);
const LIFE: Duration = TTL.saturating_add(WINDOW);

#[read_through(key = "entry:{id}", ttl = 60, stale_while_revalidate = "1h", skip(origin))]
async fn entry(id: u64, origin: Origin) -> Result<usize, Sick> {
    origin.value().await
}

#[read_through(key = "slow:{id}", ttl = 60, stale_if_error = "1h", soft_timeout = "20ms", skip(origin))]
async fn slow(id: u64, origin: Origin) -> Result<usize, Sick> {
    origin.value().await
}

/// An error that stays in its thread.
#[derive(PartialEq)]
struct Tied(std::rc::Rc<()>);

#[read_through(key = "entry:1", ttl = 60, stale_while_revalidate = "1h", skip(origin))]
async fn tied(origin: Origin) -> Result<usize, Tied> {
    origin.value().await.map_err(|Sick| Tied(std::rc::Rc::new(())))
}

async fn stored(stand: &Stand, id: u64) {
    stand.with(entry(id, stand.origin.clone())).await.unwrap();
}

async fn stale(stand: &Stand, id: u64) {
    stored(stand, id).await;
    stand.age(&stand.cache.key(&format!("entry:{id}")), LIFE, TTL).await;
}

async fn a_panic_harms_nobody_and_counts_as_a_failure(stand: Stand) {
    stale(&stand, 1).await;
    stand.origin.will(Act::Panic);
    for _ in 0..10 {
        assert_eq!(stand.with(entry(1, stand.origin.clone())).await, Ok(1));
    }
    stand.until("the reload has failed", |stats| stats.reload_failures == 1).await;
    assert_eq!(stand.with(entry(1, stand.origin.clone())).await, Ok(1));
    assert_eq!(stand.origin.asked(), 2);
    stand.rest(1).await;
    stand.origin.will(Act::Answer);
    assert_eq!(stand.with(entry(1, stand.origin.clone())).await, Ok(1));
    stand.until("the reload is done", |stats| stats.reloads == 1).await;
    assert_eq!(stand.with(entry(1, stand.origin.clone())).await, Ok(3));
}

async fn an_error_that_cannot_leave_its_thread_is_no_obstacle(stand: Stand) {
    stale(&stand, 1).await;
    stand.origin.will(Act::Fail);
    assert!(stand.with(tied(stand.origin.clone())).await == Ok(1));
    stand.until("the reload has failed", |stats| stats.reload_failures == 1).await;
}

async fn shutdown_waits_for_a_reload_that_ends_soon(stand: Stand) {
    stale(&stand, 1).await;
    stand.origin.hold();
    assert_eq!(stand.with(entry(1, stand.origin.clone())).await, Ok(1));
    stand.until_asked(2).await;
    let (origin, cache) = (stand.origin.clone(), stand.cache.clone());
    let shutdown = tokio::spawn(async move { cache.shutdown().await });
    tokio::task::yield_now().await;
    origin.release();
    shutdown.await.unwrap();
    assert_eq!(stand.cache.stats().reloads, 1);
}

async fn after_shutdown_the_cache_works_again(stand: Stand) {
    stale(&stand, 1).await;
    stand.cache.shutdown().await;
    assert_eq!(stand.with(entry(1, stand.origin.clone())).await, Ok(1));
    stand.until("the reload is done", |stats| stats.reloads == 1).await;
    assert_eq!(stand.with(entry(1, stand.origin.clone())).await, Ok(2));
}

on_both_stores! {
    a_panic_harms_nobody_and_counts_as_a_failure
    an_error_that_cannot_leave_its_thread_is_no_obstacle
    shutdown_waits_for_a_reload_that_ends_soon
    after_shutdown_the_cache_works_again
}

#[tokio::test(start_paused = true)]
async fn shutdown_stops_a_reload_that_does_not_end() {
    let stand = Stand::in_memory();
    stale(&stand, 1).await;
    stand.origin.hold();
    assert_eq!(stand.with(entry(1, stand.origin.clone())).await, Ok(1));
    stand.until_asked(2).await;
    stand.cache.shutdown().await;
    stand.origin.release();
    tokio::time::sleep(Duration::from_secs(60)).await;
    let stats = stand.cache.stats();
    assert_eq!((stats.reloads, stats.loads), (0, 1));
}

fn narrow(loads: usize) -> Cache {
    Cache::builder().background_loads(loads).background_timeout(Duration::from_secs(10)).build().unwrap()
}

#[tokio::test(start_paused = true)]
async fn no_more_loads_run_at_a_time_than_there_is_room_for() {
    let stand = Stand { cache: narrow(2), ..Stand::in_memory() };
    for id in 1..=5 {
        stored(&stand, id).await;
    }
    tokio::time::advance(TTL).await;
    stand.origin.hold();
    for id in 1..=5 {
        let old = usize::try_from(id).unwrap();
        assert_eq!(stand.with(entry(id, stand.origin.clone())).await, Ok(old), "served all the same");
    }
    stand.until_asked(7).await;
    assert_eq!(stand.cache.stats().reloads_skipped, 3);
    stand.origin.release();
    stand.until("there is room again", |stats| stats.reloads == 2).await;
    assert_eq!(stand.with(entry(5, stand.origin.clone())).await, Ok(5));
    stand.until("the skipped one is reloaded", |stats| stats.reloads == 3).await;
}

#[tokio::test(start_paused = true)]
async fn where_there_is_no_room_a_slow_load_is_given_up_and_its_caller_still_answered_in_time() {
    let stand = Stand { cache: narrow(1), ..Stand::in_memory() };
    for id in 1..=2 {
        stand.with(slow(id, stand.origin.clone())).await.unwrap();
    }
    tokio::time::advance(TTL).await;
    stand.origin.hold();
    for (id, old) in [(1, 1), (2, 2), (2, 2)] {
        assert_eq!(stand.with(slow(id, stand.origin.clone())).await, Ok(old));
    }
    let stats = stand.cache.stats();
    assert_eq!((stats.reloads_skipped, stand.origin.asked()), (1, 4), "and not begun anew by the next caller");
}

#[tokio::test(start_paused = true)]
async fn a_load_that_takes_too_long_is_given_up() {
    let stand = Stand { cache: narrow(1), ..Stand::in_memory() };
    stale(&stand, 1).await;
    stand.origin.hold();
    assert_eq!(stand.with(entry(1, stand.origin.clone())).await, Ok(1));
    stand.until_asked(2).await;
    tokio::time::advance(Duration::from_secs(11)).await;
    stand.until("it is given up", |stats| stats.reload_failures == 1).await;
    stand.origin.release();
    tokio::time::advance(Duration::from_secs(2)).await;
    assert_eq!(stand.with(entry(1, stand.origin.clone())).await, Ok(1));
    stand.until("there is room for the next", |stats| stats.reloads == 1).await;
}

#[read_through(key = "inner", ttl = 600)]
async fn inner() -> usize {
    7
}

#[read_through(key = "outer", ttl = 60, stale_while_revalidate = "1h")]
async fn outer() -> usize {
    inner().await
}

#[tokio::test(start_paused = true)]
async fn what_a_reload_calls_uses_the_cache_of_its_caller() {
    let cache = narrow(1);
    assert_eq!(with_cache(cache.clone(), outer()).await, 7);
    cache.invalidate("inner").await.unwrap();
    tokio::time::advance(TTL).await;
    assert_eq!(with_cache(cache.clone(), outer()).await, 7);
    let reloaded = async || cache.stats().reloads == 1;
    cache_tests::eventually(Duration::from_secs(5), "the reload is done", reloaded).await;
    assert_eq!(cache.get::<usize>("inner").await.unwrap(), Some(7));
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_is_dropped_takes_no_load_along() {
    let stand = Stand::in_memory();
    stand.with(slow(1, stand.origin.clone())).await.unwrap();
    tokio::time::advance(TTL).await;
    stand.origin.hold();
    assert_eq!(stand.with(slow(1, stand.origin.clone())).await, Ok(1));
    // The one that began the load is gone; another one looks in and goes as well.
    let dropped = tokio::time::timeout(Duration::from_millis(1), stand.with(slow(1, stand.origin.clone()))).await;
    assert!(dropped.is_err());
    stand.origin.release();
    stand.until("the load is done", |stats| stats.reloads == 1).await;
    assert_eq!(stand.with(slow(1, stand.origin.clone())).await, Ok(2));
}
