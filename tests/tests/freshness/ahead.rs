//! `refresh_ahead`: a hit late in the ttl starts one reload.

use std::time::Duration;

use cache_runtime::read_through;
use futures_util::future::join_all;

use crate::stand::{Act, Origin, Sick, Stand, TTL, on_both_stores};

#[read_through(key = "ahead", ttl = 60, refresh_ahead = 0.8, skip(origin))]
async fn entry(origin: Origin) -> Result<usize, Sick> {
    origin.value().await
}

async fn stored(stand: &Stand, age: Duration) {
    assert_eq!(stand.with(entry(stand.origin.clone())).await, Ok(1));
    stand.age(&stand.cache.key("ahead"), TTL, age).await;
}

async fn before_its_time_a_hit_is_only_a_hit(stand: Stand) {
    stored(&stand, Duration::from_millis(47_500)).await;
    for _ in 0..10 {
        assert_eq!(stand.with(entry(stand.origin.clone())).await, Ok(1));
    }
    assert_eq!(stand.cache.stats().hits, 10);
    assert_eq!(stand.origin.asked(), 1);
}

async fn past_it_every_caller_gets_the_value_at_once_while_one_reload_runs(stand: Stand) {
    stored(&stand, Duration::from_secs(48)).await;
    stand.origin.hold();
    let callers = (0..50).map(|_| stand.with(entry(stand.origin.clone())));
    // The origin answers nobody: a caller that waited for it would wait for ever.
    assert!(join_all(callers).await.iter().all(|answer| *answer == Ok(1)));
    stand.until_asked(2).await;
    stand.origin.release();
    stand.until("the reload is done", |stats| stats.reloads == 1).await;
    for _ in 0..10 {
        assert_eq!(stand.with(entry(stand.origin.clone())).await, Ok(2));
    }
    let stats = stand.cache.stats();
    assert_eq!((stats.hits, stats.stale_hits, stats.misses, stats.loads), (60, 0, 1, 2));
}

async fn a_reload_that_fails_is_tried_again_after_a_rest_and_leaves_the_value_alone(stand: Stand) {
    stored(&stand, Duration::from_secs(48)).await;
    stand.origin.will(Act::Fail);
    for failures in 1..=2 {
        for _ in 0..10 {
            assert_eq!(stand.with(entry(stand.origin.clone())).await, Ok(1));
        }
        stand.until("the reload has failed", |stats| stats.reload_failures == u64::from(failures)).await;
        for _ in 0..10 {
            assert_eq!(stand.with(entry(stand.origin.clone())).await, Ok(1));
        }
        assert_eq!(stand.origin.asked(), 1 + failures as usize);
        stand.rest(failures).await;
    }
    stand.origin.will(Act::Answer);
    assert_eq!(stand.with(entry(stand.origin.clone())).await, Ok(1));
    stand.until("the reload is done", |stats| stats.reloads == 1).await;
    assert_eq!(stand.with(entry(stand.origin.clone())).await, Ok(4));
}

async fn past_the_ttl_it_is_a_miss_as_ever(stand: Stand) {
    stored(&stand, TTL).await;
    assert_eq!(stand.with(entry(stand.origin.clone())).await, Ok(2));
}

on_both_stores! {
    before_its_time_a_hit_is_only_a_hit
    past_it_every_caller_gets_the_value_at_once_while_one_reload_runs
    a_reload_that_fails_is_tried_again_after_a_rest_and_leaves_the_value_alone
    past_the_ttl_it_is_a_miss_as_ever
}
