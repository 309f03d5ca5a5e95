//! `soft_timeout`: with an old value at hand nobody waits longer than that.

use std::time::Duration;

use cache_runtime::read_through;

use crate::stand::{Act, Origin, Sick, Stand, TTL, on_both_stores};

const WINDOW: Duration = Duration::from_secs(3600);
const LIFE: Duration = TTL.saturating_add(WINDOW);

#[read_through(key = "slow", ttl = 60, stale_if_error = "1h", soft_timeout = "50ms", skip(origin))]
async fn entry(origin: Origin) -> Result<usize, Sick> {
    origin.value().await
}

async fn stored(stand: &Stand, age: Duration) {
    assert_eq!(stand.with(entry(stand.origin.clone())).await, Ok(1));
    stand.age(&stand.cache.key("slow"), LIFE, age).await;
}

async fn an_origin_in_time_gives_the_answer(stand: Stand) {
    stored(&stand, TTL).await;
    assert_eq!(stand.with(entry(stand.origin.clone())).await, Ok(2));
    assert_eq!(stand.cache.stats().stale_if_slow, 0);
    assert_eq!(stand.with(entry(stand.origin.clone())).await, Ok(2));
}

async fn behind_a_slow_origin_the_old_value_is_the_answer_and_the_load_goes_on(stand: Stand) {
    stored(&stand, TTL).await;
    stand.origin.hold();
    for _ in 0..3 {
        assert_eq!(stand.with(entry(stand.origin.clone())).await, Ok(1));
    }
    assert_eq!(stand.origin.asked(), 2, "one load for all");
    assert_eq!(stand.cache.stats().stale_if_slow, 3);
    stand.origin.release();
    stand.until("the load is done", |stats| stats.reloads == 1).await;
    assert_eq!(stand.with(entry(stand.origin.clone())).await, Ok(2));
    assert_eq!(stand.origin.asked(), 2);
}

async fn an_error_in_time_is_no_answer_either(stand: Stand) {
    stored(&stand, TTL).await;
    stand.origin.will(Act::Fail);
    assert_eq!(stand.with(entry(stand.origin.clone())).await, Ok(1));
    let stats = stand.cache.stats();
    assert_eq!((stats.stale_if_error, stats.stale_if_slow), (1, 0));
}

async fn a_late_error_is_told_to_nobody_and_the_origin_left_alone(stand: Stand) {
    stored(&stand, TTL).await;
    stand.origin.will(Act::Fail);
    stand.origin.hold();
    assert_eq!(stand.with(entry(stand.origin.clone())).await, Ok(1));
    stand.origin.release();
    stand.until("the load has failed", |stats| stats.reload_failures == 1).await;
    assert_eq!(stand.with(entry(stand.origin.clone())).await, Ok(1));
    assert_eq!(stand.origin.asked(), 2);
}

async fn without_an_old_value_the_caller_waits(stand: Stand) {
    stand.origin.hold();
    let caller = tokio::spawn(stand.with(entry(stand.origin.clone())));
    stand.until_asked(1).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(!caller.is_finished());
    stand.origin.release();
    assert_eq!(caller.await.unwrap(), Ok(1));
}

on_both_stores! {
    an_origin_in_time_gives_the_answer
    behind_a_slow_origin_the_old_value_is_the_answer_and_the_load_goes_on
    an_error_in_time_is_no_answer_either
    a_late_error_is_told_to_nobody_and_the_origin_left_alone
    without_an_old_value_the_caller_waits
}
