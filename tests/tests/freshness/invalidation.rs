//! An invalidation is not an expiry: after it no old value is served, and none comes back.

use std::time::Duration;

use cache_runtime::read_through;

use crate::stand::{Act, Origin, Sick, Stand, TTL, on_both_stores};

const WINDOW: Duration = Duration::from_secs(3600);
const LIFE: Duration = TTL.saturating_add(WINDOW);

#[read_through(
    key = "all", ttl = 60, stale_while_revalidate = 30, stale_if_error = "1h", refresh_ahead = 0.5, soft_timeout = "50ms",
    tags = ["group"], skip(origin)
)]
async fn entry(origin: Origin) -> Result<usize, Sick> {
    origin.value().await
}

#[read_through(key = "all", ttl = 60, stale_if_error = "1h", tags = ["group"], skip(origin))]
async fn patient(origin: &Origin) -> Result<usize, Sick> {
    origin.value().await
}

const AHEAD: Duration = Duration::from_secs(31);
const STALE: Duration = Duration::from_secs(61);
const RETAINED: Duration = Duration::from_secs(100);

async fn stored(stand: &Stand, age: Duration) {
    assert_eq!(stand.with(entry(stand.origin.clone())).await, Ok(1));
    stand.age(&stand.cache.key("all"), LIFE, age).await;
}

async fn invalidate(stand: &Stand, by_tag: bool) {
    if by_tag {
        stand.cache.invalidate_tag("group").await.unwrap();
    } else {
        stand.with(entry::invalidate()).await.unwrap();
    }
}

async fn an_invalidated_value_is_never_served_however_sick_the_origin_is(stand: Stand) {
    for (by_tag, age) in
        [(false, AHEAD), (false, STALE), (false, RETAINED), (true, AHEAD), (true, STALE), (true, RETAINED)]
    {
        stand.origin.will(Act::Answer);
        stand.with(entry::refresh(stand.origin.clone())).await.unwrap();
        stand.age(&stand.cache.key("all"), LIFE, age).await;
        invalidate(&stand, by_tag).await;
        stand.origin.will(Act::Fail);
        assert_eq!(stand.with(entry(stand.origin.clone())).await, Err(Sick), "by tag: {by_tag}, {age:?} old");
        invalidate(&stand, by_tag).await;
    }
}

async fn an_error_of_before_is_not_the_answer_after_it(stand: Stand) {
    for by_tag in [false, true] {
        invalidate(&stand, by_tag).await;
        stand.origin.will(Act::Fail);
        assert_eq!(stand.with(entry(stand.origin.clone())).await, Err(Sick));
        invalidate(&stand, by_tag).await;
        stand.origin.will(Act::Answer);
        assert!(stand.with(entry(stand.origin.clone())).await.is_ok(), "by tag: {by_tag}");
    }
}

async fn a_reload_that_began_before_an_invalidation_stores_nothing(stand: Stand) {
    for (by_tag, age) in [(false, AHEAD), (false, STALE), (true, AHEAD), (true, STALE)] {
        let before = stand.cache.stats();
        let old = stand.with(entry::refresh(stand.origin.clone())).await.unwrap();
        stand.age(&stand.cache.key("all"), LIFE, age).await;
        stand.origin.hold();
        assert_eq!(stand.with(entry(stand.origin.clone())).await, Ok(old));
        stand.until_asked(old + 1).await;
        invalidate(&stand, by_tag).await;
        stand.origin.release();
        stand.until("the reload is done", |stats| stats.reloads > before.reloads).await;
        assert_eq!(stand.with(entry(stand.origin.clone())).await, Ok(old + 2), "by tag: {by_tag}, {age:?} old");
        assert_eq!(stand.cache.stats().refused_fills, before.refused_fills + 1);
    }
}

async fn a_caller_that_comes_after_an_invalidation_does_not_wait_for_a_load_from_before(stand: Stand) {
    for by_tag in [false, true] {
        let old = stand.with(entry::refresh(stand.origin.clone())).await.unwrap();
        stand.age(&stand.cache.key("all"), LIFE, STALE).await;
        stand.origin.hold();
        assert_eq!(stand.with(entry(stand.origin.clone())).await, Ok(old));
        stand.until_asked(old + 1).await;
        invalidate(&stand, by_tag).await;
        let caller = tokio::spawn(stand.with(entry(stand.origin.clone())));
        stand.until_asked(old + 2).await;
        stand.origin.release();
        assert_eq!(caller.await.unwrap(), Ok(old + 2));
    }
}

async fn an_error_after_an_invalidation_is_the_answer(stand: Stand) {
    for by_tag in [false, true] {
        stand.origin.will(Act::Answer);
        let old = stand.with(entry::refresh(stand.origin.clone())).await.unwrap();
        stand.age(&stand.cache.key("all"), LIFE, RETAINED).await;
        stand.origin.will(Act::Fail);
        stand.origin.hold();
        let (origin, cache) = (stand.origin.clone(), stand.cache.clone());
        let caller = tokio::spawn(cache_runtime::with_cache(cache, async move { patient(&origin).await }));
        stand.until_asked(old + 1).await;
        invalidate(&stand, by_tag).await;
        stand.origin.release();
        assert_eq!(caller.await.unwrap(), Err(Sick), "by tag: {by_tag}");
    }
}

async fn an_invalidation_lets_an_origin_be_asked_at_once_that_was_left_alone(stand: Stand) {
    stored(&stand, STALE).await;
    stand.origin.will(Act::Fail);
    assert_eq!(stand.with(entry(stand.origin.clone())).await, Ok(1));
    stand.until("the reload has failed", |stats| stats.reload_failures == 1).await;
    stand.origin.will(Act::Answer);
    stand.with(entry::invalidate()).await.unwrap();
    assert_eq!(stand.with(entry(stand.origin.clone())).await, Ok(3));
}

async fn a_value_put_while_a_reload_runs_stays(stand: Stand) {
    stored(&stand, STALE).await;
    stand.origin.hold();
    assert_eq!(stand.with(entry(stand.origin.clone())).await, Ok(1));
    stand.until_asked(2).await;
    stand.with(entry::put(&100)).await.unwrap();
    stand.origin.release();
    stand.until("the reload is done", |stats| stats.reloads == 1).await;
    assert_eq!(stand.with(entry(stand.origin.clone())).await, Ok(100));
}

on_both_stores! {
    an_invalidated_value_is_never_served_however_sick_the_origin_is
    an_error_of_before_is_not_the_answer_after_it
    a_reload_that_began_before_an_invalidation_stores_nothing
    a_caller_that_comes_after_an_invalidation_does_not_wait_for_a_load_from_before
    an_error_after_an_invalidation_is_the_answer
    an_invalidation_lets_an_origin_be_asked_at_once_that_was_left_alone
    a_value_put_while_a_reload_runs_stays
}

/// By another program, in any language, which knows nothing of this cache.
#[tokio::test]
async fn a_key_deleted_from_outside_stays_deleted_whatever_a_reload_brings() {
    let stand = Stand::on_redis();
    let server = stand.server.as_ref().unwrap();
    for age in [AHEAD, STALE] {
        let before = stand.cache.stats();
        let old = stand.with(entry::refresh(stand.origin.clone())).await.unwrap();
        stand.age(&stand.cache.key("all"), LIFE, age).await;
        stand.origin.hold();
        assert_eq!(stand.with(entry(stand.origin.clone())).await, Ok(old));
        stand.until_asked(old + 1).await;
        assert_eq!(server.command(&["DEL", "all"]).integer(), 1);
        stand.origin.release();
        stand.until("the reload is done", |stats| stats.reloads > before.reloads).await;
        assert_eq!(server.command(&["EXISTS", "all"]).integer(), 0);
        assert_eq!(stand.cache.stats().refused_fills, before.refused_fills + 1);
    }
}

#[tokio::test]
async fn a_caller_that_misses_what_was_deleted_from_outside_does_not_get_what_was_loaded_before() {
    let stand = Stand::on_redis();
    stored(&stand, STALE).await;
    stand.origin.hold();
    assert_eq!(stand.with(entry(stand.origin.clone())).await, Ok(1));
    stand.until_asked(2).await;
    assert_eq!(stand.server.as_ref().unwrap().command(&["DEL", "all"]).integer(), 1);
    let caller = tokio::spawn(stand.with(entry(stand.origin.clone())));
    stand.until("the caller has missed", |stats| stats.misses == 2).await;
    stand.origin.release();
    assert_eq!(caller.await.unwrap(), Ok(3));
}
