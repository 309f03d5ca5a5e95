//! `stale_while_revalidate`: the old value at once, and one reload.

use std::time::Duration;

use cache_runtime::read_through;
use futures_util::future::join_all;

use crate::stand::{Act, Origin, Sick, Stand, TTL, on_both_stores};

const WINDOW: Duration = Duration::from_secs(30);
const LIFE: Duration = TTL.saturating_add(WINDOW);

#[read_through(key = "stale", ttl = 60, stale_while_revalidate = 30, skip(origin))]
async fn entry(origin: Origin) -> Result<usize, Sick> {
    origin.value().await
}

#[read_through(key = "stale", ttl = 60, stale_while_revalidate = 30, skip(origin))]
async fn optional(origin: Origin) -> Result<Option<usize>, Sick> {
    origin.ask().await
}

#[read_through(key = "stale", ttl = 60, stale_while_revalidate = 30, cache_if = |v: &usize| *v < 2, skip(origin))]
async fn picky(origin: Origin) -> Result<usize, Sick> {
    origin.value().await
}

async fn stored(stand: &Stand, age: Duration) {
    assert_eq!(stand.with(entry(stand.origin.clone())).await, Ok(1));
    stand.age(&stand.cache.key("stale"), LIFE, age).await;
}

async fn until_the_end_of_the_ttl_nothing_is_loaded(stand: Stand) {
    stored(&stand, TTL - Duration::from_millis(500)).await;
    assert_eq!(stand.with(entry(stand.origin.clone())).await, Ok(1));
    assert_eq!((stand.cache.stats().hits, stand.cache.stats().stale_hits), (1, 0));
    assert_eq!(stand.origin.asked(), 1);
}

async fn in_the_window_every_caller_gets_the_old_value_at_once_while_one_reload_runs(stand: Stand) {
    stored(&stand, TTL).await;
    stand.origin.hold();
    let callers = (0..50).map(|_| stand.with(entry(stand.origin.clone())));
    // The origin answers nobody: a caller that waited for it would wait for ever.
    assert!(join_all(callers).await.iter().all(|answer| *answer == Ok(1)));
    stand.until_asked(2).await;
    assert_eq!(stand.with(entry(stand.origin.clone())).await, Ok(1));
    assert_eq!(stand.cache.stats().stale_hits, 51);
    stand.origin.release();
    stand.until("the reload is done", |stats| stats.reloads == 1).await;
    assert_eq!(stand.with(entry(stand.origin.clone())).await, Ok(2));
    assert_eq!(stand.origin.asked(), 2);
    assert_eq!(stand.cache.stats().hit_ratio(), Some(52.0 / 53.0));
}

async fn what_was_reloaded_is_as_good_as_new(stand: Stand) {
    stored(&stand, TTL).await;
    stand.with(entry(stand.origin.clone())).await.unwrap();
    stand.until("the reload is done", |stats| stats.reloads == 1).await;
    stand.age(&stand.cache.key("stale"), LIFE, TTL - Duration::from_secs(1)).await;
    assert_eq!(stand.with(entry(stand.origin.clone())).await, Ok(2));
    assert_eq!(stand.cache.stats().stale_hits, 1);
    assert_eq!(stand.origin.asked(), 2);
}

async fn past_the_window_the_caller_waits_for_the_origin(stand: Stand) {
    stored(&stand, LIFE).await;
    assert_eq!(stand.with(entry(stand.origin.clone())).await, Ok(2));
    assert_eq!(stand.cache.stats().stale_hits, 0);
}

async fn a_caller_that_comes_when_the_window_is_over_gets_what_the_reload_brings(stand: Stand) {
    stored(&stand, TTL).await;
    stand.origin.hold();
    assert_eq!(stand.with(entry(stand.origin.clone())).await, Ok(1));
    stand.until_asked(2).await;
    stand.age(&stand.cache.key("stale"), WINDOW, WINDOW).await;
    let late = tokio::spawn(stand.with(entry(stand.origin.clone())));
    stand.until("the late caller has missed", |stats| stats.misses == 2).await;
    stand.origin.release();
    // The entry it was to replace is gone, which is what an invalidation looks like: the late caller loads again.
    assert_eq!(late.await.unwrap(), Ok(3));
    assert_eq!(stand.with(entry(stand.origin.clone())).await, Ok(3));
}

async fn a_reload_that_finds_nothing_leaves_no_old_value_behind(stand: Stand) {
    stored(&stand, TTL).await;
    stand.origin.will(Act::Nothing);
    assert_eq!(stand.with(optional(stand.origin.clone())).await, Ok(Some(1)));
    stand.until("the reload is done", |stats| stats.reloads == 1).await;
    assert_eq!(stand.with(optional(stand.origin.clone())).await, Ok(None));
}

async fn a_reload_that_is_not_to_be_stored_leaves_no_old_value_behind(stand: Stand) {
    stored(&stand, TTL).await;
    assert_eq!(stand.with(picky(stand.origin.clone())).await, Ok(1));
    stand.until("the reload is done", |stats| stats.reloads == 1).await;
    assert_eq!(stand.with(picky(stand.origin.clone())).await, Ok(3), "the second answer was not to be stored");
}

async fn a_refresh_that_finds_nothing_leaves_no_old_value_behind(stand: Stand) {
    stored(&stand, Duration::ZERO).await;
    stand.origin.will(Act::Nothing);
    assert_eq!(stand.with(optional::refresh(stand.origin.clone())).await, Ok(None));
    stand.origin.will(Act::Answer);
    assert_eq!(stand.with(optional(stand.origin.clone())).await, Ok(Some(3)));
}

on_both_stores! {
    until_the_end_of_the_ttl_nothing_is_loaded
    in_the_window_every_caller_gets_the_old_value_at_once_while_one_reload_runs
    what_was_reloaded_is_as_good_as_new
    past_the_window_the_caller_waits_for_the_origin
    a_caller_that_comes_when_the_window_is_over_gets_what_the_reload_brings
    a_reload_that_finds_nothing_leaves_no_old_value_behind
    a_reload_that_is_not_to_be_stored_leaves_no_old_value_behind
    a_refresh_that_finds_nothing_leaves_no_old_value_behind
}
