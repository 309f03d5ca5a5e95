//! Windows together with everything else that a policy can say, and readers that disagree about it.

use std::time::Duration;

use cache_runtime::{Policy, read_through};

use crate::stand::{Act, Origin, Sick, Stand, TTL, on_both_stores};

const WINDOW: Duration = Duration::from_secs(30);
const LIFE: Duration = TTL.saturating_add(WINDOW);
const SECOND: Duration = Duration::from_secs(1);

#[read_through(key = "entry", ttl = 60, stale_while_revalidate = 30, skip(origin))]
async fn windowed(origin: Origin) -> Result<usize, Sick> {
    origin.value().await
}

#[read_through(key = "entry", ttl = 60, skip(origin))]
async fn plain(origin: &Origin) -> Result<usize, Sick> {
    origin.value().await
}

#[read_through(key = "entry", ttl = |v: &usize| Duration::from_secs(*v as u64 * 100), refresh_ahead = 0.5, stale_while_revalidate = 30, skip(origin))]
async fn adaptive(origin: Origin) -> Result<usize, Sick> {
    origin.value().await
}

#[read_through(key = "entry", ttl = 60, jitter = 0.5, stale_while_revalidate = 30, skip(origin))]
async fn jittered(origin: Origin) -> Result<usize, Sick> {
    origin.value().await
}

#[read_through(
    key = "entry",
    ttl = 60,
    stale_while_revalidate = 30,
    stale_if_error = "1h",
    refresh_ahead = 0.5,
    soft_timeout = "50ms",
    negative_ttl = 20,
    skip(origin)
)]
async fn everything(origin: Origin) -> Result<Option<usize>, Sick> {
    origin.ask().await
}

async fn a_reader_without_windows_takes_no_old_value_that_another_one_has_kept(stand: Stand) {
    assert_eq!(stand.with(windowed(stand.origin.clone())).await, Ok(1));
    stand.age(&stand.cache.key("entry"), LIFE, TTL - SECOND).await;
    assert_eq!(stand.with(plain(&stand.origin)).await, Ok(1));
    assert_eq!(stand.cache.get::<usize>("entry").await.unwrap(), Some(1));
    stand.age(&stand.cache.key("entry"), LIFE, TTL).await;
    assert_eq!(stand.cache.get::<usize>("entry").await.unwrap(), None);
    assert_eq!(stand.with(plain(&stand.origin)).await, Ok(2));
}

async fn a_reader_with_windows_gets_on_with_what_one_without_has_stored(stand: Stand) {
    assert_eq!(stand.with(plain(&stand.origin)).await, Ok(1));
    stand.age(&stand.cache.key("entry"), TTL, TTL - SECOND).await;
    assert_eq!(stand.with(windowed(stand.origin.clone())).await, Ok(1));
    assert_eq!(stand.cache.stats().stale_hits, 0);
}

async fn windows_begin_where_the_value_says(stand: Stand) {
    assert_eq!(stand.with(adaptive(stand.origin.clone())).await, Ok(1));
    let life = Duration::from_secs(130);
    stand.age(&stand.cache.key("entry"), life, Duration::from_secs(49)).await;
    assert_eq!(stand.with(adaptive(stand.origin.clone())).await, Ok(1));
    assert_eq!((stand.cache.stats().hits, stand.origin.asked()), (1, 1));
    // Two tests more would be the same again; here it goes on: half of 100 s, then all of the 200 s of the next value.
    stand.with(adaptive::put(&1)).await.unwrap();
    stand.age(&stand.cache.key("entry"), life, Duration::from_secs(50)).await;
    assert_eq!(stand.with(adaptive(stand.origin.clone())).await, Ok(1));
    stand.until("it is reloaded", |stats| stats.reloads == 1).await;
    stand.age(&stand.cache.key("entry"), Duration::from_secs(230), Duration::from_secs(210)).await;
    assert_eq!(stand.with(adaptive(stand.origin.clone())).await, Ok(2));
    assert_eq!(stand.cache.stats().stale_hits, 1);
}

async fn the_window_follows_a_ttl_that_chance_has_shortened(stand: Stand) {
    assert_eq!(stand.with(jittered(stand.origin.clone())).await, Ok(1));
    let life = match &stand.server {
        Some(server) => Duration::from_millis(server.command(&["PTTL", "entry"]).integer().try_into().unwrap()),
        // It cannot be seen, but it is at least half the ttl and the window.
        None => TTL / 2 + WINDOW,
    };
    assert!(life <= LIFE && life >= TTL / 2 + WINDOW - SECOND, "{life:?}");
    stand.age(&stand.cache.key("entry"), life, life - SECOND).await;
    assert_eq!(stand.with(jittered(stand.origin.clone())).await, Ok(1), "it is still there, be it fresh or stale");
}

async fn a_remembered_nothing_is_neither_served_stale_nor_refreshed_ahead(stand: Stand) {
    stand.origin.will(Act::Nothing);
    assert_eq!(stand.with(everything(stand.origin.clone())).await, Ok(None));
    let life = Duration::from_secs(20);
    stand.age(&stand.cache.key("entry"), life, life - SECOND).await;
    assert_eq!(stand.with(everything(stand.origin.clone())).await, Ok(None));
    assert_eq!((stand.cache.stats().absent_hits, stand.origin.asked()), (1, 1));
    stand.origin.will(Act::Answer);
    stand.age(&stand.cache.key("entry"), SECOND, SECOND).await;
    assert_eq!(stand.with(everything(stand.origin.clone())).await, Ok(Some(2)));
}

async fn all_windows_together_follow_one_another(stand: Stand) {
    let (key, life) = (stand.cache.key("entry"), TTL + Duration::from_secs(3600));
    let call = || stand.with(everything(stand.origin.clone()));
    assert_eq!(call().await, Ok(Some(1)));
    stand.origin.hold();
    // Ahead, then stale: at once, whatever the origin does.
    stand.age(&key, life, Duration::from_secs(45)).await;
    assert_eq!(call().await, Ok(Some(1)));
    stand.until_asked(2).await;
    stand.age(&key, life - Duration::from_secs(45), Duration::from_secs(16)).await;
    assert_eq!(call().await, Ok(Some(1)));
    assert_eq!(stand.cache.stats().stale_hits, 1);
    // Retained: after a while.
    stand.age(&key, life - Duration::from_secs(61), Duration::from_secs(34)).await;
    assert_eq!(call().await, Ok(Some(1)));
    assert_eq!((stand.cache.stats().stale_if_slow, stand.origin.asked()), (1, 2));
    stand.origin.release();
    stand.until("the reload is done", |stats| stats.reloads + stats.reload_failures == 1).await;
}

on_both_stores! {
    a_reader_without_windows_takes_no_old_value_that_another_one_has_kept
    a_reader_with_windows_gets_on_with_what_one_without_has_stored
    windows_begin_where_the_value_says
    the_window_follows_a_ttl_that_chance_has_shortened
    a_remembered_nothing_is_neither_served_stale_nor_refreshed_ahead
    all_windows_together_follow_one_another
}

#[tokio::test(start_paused = true)]
async fn by_hand_a_load_that_owns_what_it_needs_can_go_on_in_the_background() {
    const POLICY: Policy = Policy::new(TTL).stale_while_revalidate(WINDOW);
    let stand = Stand::in_memory();
    let call = || {
        let origin = stand.origin.clone();
        stand.cache.read_through_owned("by hand", &POLICY, move || async move { origin.value().await })
    };
    assert_eq!(call().await, Ok(1));
    tokio::time::advance(TTL).await;
    stand.origin.hold();
    assert_eq!(call().await, Ok(1));
    stand.until_asked(2).await;
    stand.origin.release();
    stand.until("the reload is done", |stats| stats.reloads == 1).await;
    assert_eq!(call().await, Ok(2));
}

#[tokio::test(start_paused = true)]
async fn by_hand_a_load_that_borrows_is_waited_for_and_excused_if_it_fails() {
    const POLICY: Policy = Policy::new(TTL).stale_while_revalidate(WINDOW).refresh_ahead(0.5);
    let stand = Stand::in_memory();
    let call = || stand.cache.read_through("by hand", &POLICY, || stand.origin.value());
    assert_eq!(call().await, Ok(1));
    tokio::time::advance(TTL / 2).await;
    assert_eq!(call().await, Ok(1));
    tokio::time::advance(TTL / 2).await;
    stand.origin.will(Act::Fail);
    assert_eq!(call().await, Ok(1));
    assert_eq!((stand.origin.asked(), stand.cache.stats().stale_if_error), (2, 1));
}

/// A key without an end, or one that lives longer than it was stored for, has no age that anybody could tell.
#[tokio::test]
async fn an_entry_whose_life_was_tampered_with_is_loaded_anew() {
    let stand = Stand::on_redis();
    let server = stand.server.as_ref().unwrap();
    for (asked, tampering) in [["PERSIST", "entry", ""], ["PEXPIRE", "entry", "3600000"]].into_iter().enumerate() {
        assert_eq!(stand.with(windowed(stand.origin.clone())).await, Ok(1 + asked));
        let tampering: Vec<_> = tampering.into_iter().filter(|word| !word.is_empty()).collect();
        assert_eq!(server.command(&tampering).integer(), 1);
        assert_eq!(stand.with(windowed(stand.origin.clone())).await, Ok(2 + asked));
        let left = server.command(&["PTTL", "entry"]).integer();
        assert!(left > 0 && left <= 90_000, "it has its life again: {left}");
    }
}
