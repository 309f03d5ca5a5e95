//! `stale_if_error`: the old value where the origin fails, and an origin that is left alone for a while.

use std::time::Duration;

use cache_runtime::read_through;
use futures_util::future::join_all;

use crate::stand::{Act, Origin, Sick, Stand, TTL, on_both_stores};

const WINDOW: Duration = Duration::from_secs(3600);
const LIFE: Duration = TTL.saturating_add(WINDOW);

#[read_through(key = "excused", ttl = 60, stale_if_error = "1h", skip(origin))]
async fn entry(origin: &Origin) -> Result<usize, Sick> {
    origin.value().await
}

/// An error that can be neither cloned nor shown.
#[derive(PartialEq)]
struct Mute;

#[read_through(key = "excused", ttl = 60, stale_if_error = "1h", skip(origin))]
async fn mute(origin: &Origin) -> Result<usize, Mute> {
    origin.value().await.map_err(|Sick| Mute)
}

#[read_through(key = "excused", ttl = 60, skip(origin))]
async fn plain(origin: &Origin) -> Result<usize, Sick> {
    origin.value().await
}

async fn stored(stand: &Stand, age: Duration) {
    assert_eq!(stand.with(entry(&stand.origin)).await, Ok(1));
    stand.age(&stand.cache.key("excused"), LIFE, age).await;
}

async fn past_the_ttl_the_origin_is_asked_and_its_answer_counts(stand: Stand) {
    stored(&stand, TTL).await;
    assert_eq!(stand.with(entry(&stand.origin)).await, Ok(2));
    assert_eq!(stand.with(entry(&stand.origin)).await, Ok(2));
    assert_eq!(stand.cache.stats().stale_if_error, 0);
}

async fn where_the_origin_fails_the_old_value_is_the_answer(stand: Stand) {
    stored(&stand, TTL + WINDOW / 2).await;
    stand.origin.will(Act::Fail);
    assert_eq!(stand.with(entry(&stand.origin)).await, Ok(1));
    let stats = stand.cache.stats();
    assert_eq!((stats.stale_if_error, stats.load_failures), (1, 1));
}

async fn past_the_window_the_error_is_the_answer(stand: Stand) {
    stored(&stand, LIFE).await;
    stand.origin.will(Act::Fail);
    assert_eq!(stand.with(entry(&stand.origin)).await, Err(Sick));
}

async fn an_origin_that_failed_is_asked_once_in_each_rest_with_an_old_value_at_hand(stand: Stand) {
    stored(&stand, TTL).await;
    stand.origin.will(Act::Fail);
    for failures in 1..=2 {
        let callers = (0..100).map(|_| stand.with(entry(&stand.origin)));
        assert!(join_all(callers).await.iter().all(|answer| *answer == Ok(1)));
        assert_eq!(stand.origin.asked(), 1 + failures as usize);
        stand.rest(failures).await;
    }
    stand.origin.will(Act::Answer);
    assert_eq!(stand.with(entry(&stand.origin)).await, Ok(4), "it is well again");
    assert_eq!(stand.cache.stats().stale_if_error, 200);
}

async fn an_origin_that_failed_is_asked_once_in_each_rest_without_an_old_value(stand: Stand) {
    stand.origin.will(Act::Fail);
    for failures in 1..=2 {
        for _ in 0..100 {
            assert_eq!(stand.with(entry(&stand.origin)).await, Err(Sick));
        }
        assert_eq!(stand.origin.asked(), failures as usize);
        stand.rest(failures).await;
    }
    stand.origin.will(Act::Answer);
    assert_eq!(stand.with(entry(&stand.origin)).await, Ok(3));
    assert_eq!(stand.cache.stats().held_off, 198);
}

async fn a_success_ends_the_rests(stand: Stand) {
    stored(&stand, TTL).await;
    stand.origin.will(Act::Fail);
    assert_eq!(stand.with(entry(&stand.origin)).await, Ok(1));
    stand.origin.will(Act::Answer);
    assert_eq!(stand.with(entry::refresh(&stand.origin)).await, Ok(3));
    stand.age(&stand.cache.key("excused"), LIFE, TTL).await;
    assert_eq!(stand.with(entry(&stand.origin)).await, Ok(4), "nothing is left of the failure");
}

async fn an_error_that_can_be_neither_cloned_nor_shown_is_no_obstacle(stand: Stand) {
    stored(&stand, TTL).await;
    stand.origin.will(Act::Fail);
    for _ in 0..10 {
        assert!(stand.with(mute(&stand.origin)).await == Ok(1));
    }
    assert_eq!(stand.origin.asked(), 2);
}

async fn without_windows_every_error_is_the_origin_s_own(stand: Stand) {
    stand.origin.will(Act::Fail);
    for asked in 1..=5 {
        assert_eq!(stand.with(plain(&stand.origin)).await, Err(Sick));
        assert_eq!(stand.origin.asked(), asked);
    }
}

async fn callers_that_waited_for_a_failure_get_the_old_value_too(stand: Stand) {
    stored(&stand, TTL).await;
    stand.origin.will(Act::Fail);
    stand.origin.hold();
    let (origin, cache) = (stand.origin.clone(), stand.cache.clone());
    let callers = (0..20).map(|_| {
        let origin = origin.clone();
        tokio::spawn(cache_runtime::with_cache(cache.clone(), async move { entry(&origin).await }))
    });
    let callers: Vec<_> = callers.collect();
    stand.until("all are waiting", |stats| stats.misses == 21).await;
    stand.origin.release();
    for caller in callers {
        assert_eq!(caller.await.unwrap(), Ok(1));
    }
    assert_eq!(stand.origin.asked(), 2);
}

on_both_stores! {
    past_the_ttl_the_origin_is_asked_and_its_answer_counts
    where_the_origin_fails_the_old_value_is_the_answer
    past_the_window_the_error_is_the_answer
    an_origin_that_failed_is_asked_once_in_each_rest_with_an_old_value_at_hand
    an_origin_that_failed_is_asked_once_in_each_rest_without_an_old_value
    a_success_ends_the_rests
    an_error_that_can_be_neither_cloned_nor_shown_is_no_obstacle
    without_windows_every_error_is_the_origin_s_own
    callers_that_waited_for_a_failure_get_the_old_value_too
}
