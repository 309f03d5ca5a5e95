//! What is kept, for how long, and how much of it.

use std::time::Duration;

use cache_runtime::{Cache, Coherence, Policy, bypass, read_through, refreshing, with_cache};
use cache_tests::{RedisServer, Reply, eventually};
use tokio::time::Instant;

use crate::stand::{KEPT, LONG, SOON, builder, cache, commands, keeping, look, read, tracked, warm};

const SHORT: Duration = Duration::from_millis(200);
/// Redis counts whole milliseconds.
const TICK: Duration = Duration::from_millis(1);

#[tokio::test]
async fn a_value_that_is_kept_is_served_without_asking_redis() {
    let server = RedisServer::start();
    let cache = cache(&server);
    warm(&cache, "a", 1).await;
    let (before, commands_before) = (cache.stats(), commands(&server));
    for _ in 0..100 {
        assert_eq!(read(&cache, "a", 2).await, 1);
    }
    let after = cache.stats();
    assert_eq!(commands(&server), commands_before);
    assert_eq!((after.near_hits - before.near_hits, after.hits - before.hits, after.loads), (100, 0, 1));
    assert_eq!(after.near_entries, 1);
}

#[tokio::test]
async fn a_unix_socket_tells_of_changes_too() {
    let server = RedisServer::builder().unix_socket().start();
    let cache = builder(&server.unix_url()).build().unwrap();
    warm(&cache, "a", 1).await;
    server.command(&["DEL", "a"]);
    eventually(SOON, "it is told", async || read(&cache, "a", 2).await == 2).await;
}

#[tokio::test]
async fn it_is_asked_for_again_when_its_time_in_the_process_is_over() {
    let server = RedisServer::start();
    let (cache, policy) = (cache(&server), Policy::new(LONG).near(SHORT));
    warm(&cache, "other", 1).await;
    look(&cache, "a", &policy, 1).await;
    is_asked_for_again(&cache, &policy).await;
}

#[tokio::test]
async fn and_when_its_ttl_is_over_although_somebody_has_given_it_a_longer_life() {
    let server = RedisServer::start();
    let (cache, policy) = (cache(&server), Policy::new(SHORT).near(LONG));
    warm(&cache, "other", 1).await;
    eventually(SOON, "a longer life", async || {
        look(&cache, "a", &policy, 1).await;
        server.command(&["EXPIRE", "a", "100000"]).integer() == 1
    })
    .await;
    eventually(SOON, "its longer life is seen", async || !look(&cache, "a", &policy, 2).await.is_near).await;
    is_asked_for_again(&cache, &policy).await;
}

/// What is kept, or will be by the next read, is served for [`SHORT`] at most. It does not change meanwhile.
async fn is_asked_for_again(cache: &Cache, policy: &Policy) {
    let before = cache.stats();
    look(cache, "a", policy, 2).await;
    let kept = Instant::now();
    eventually(SOON, "redis is asked again", async || {
        let seen = look(cache, "a", policy, 2).await;
        assert!(!seen.is_near || seen.asked < kept + SHORT, "served {:?} after it was taken in", seen.asked - kept);
        assert_eq!(seen.value, 1);
        !seen.is_near
    })
    .await;
    let after = cache.stats();
    assert_eq!(after.loads, before.loads);
    assert!(after.near_hits > before.near_hits);
}

/// A server that forgets what is over only when it is asked, and so does not tell of it.
fn lazy() -> RedisServer {
    let becomes_lazy =
        |server: &RedisServer| server.command(&["DEBUG", "SET-ACTIVE-EXPIRE", "0"]) == Reply::Status("OK".to_owned());
    // Before Redis 7 everybody may do that, and the setting that permits it is unknown.
    let server = RedisServer::single();
    if becomes_lazy(&server) {
        return server;
    }
    let server = RedisServer::builder().setting("enable-debug-command", "yes").start();
    assert!(becomes_lazy(&server));
    server
}

#[tokio::test]
async fn it_does_not_outlive_its_ttl_although_nobody_tells() {
    let server = lazy();
    let (cache, policy) = (cache(&server), Policy::new(SHORT).near(LONG));
    warm(&cache, "other", 1).await;
    look(&cache, "a", &policy, 1).await;
    is_over(&cache, &policy).await;
}

/// What is kept is not served when its life is over, [`SHORT`] from now at the latest.
async fn is_over(cache: &Cache, policy: &Policy) {
    let cut = Instant::now();
    eventually(SOON, "its life is over", async || {
        let seen = look(cache, "a", policy, 2).await;
        let is_old = seen.is_near && seen.value == 1;
        assert!(!is_old || seen.asked < cut + SHORT + TICK, "served {:?} later", seen.asked - cut);
        seen.value == 2
    })
    .await;
}

#[tokio::test]
async fn what_another_writer_has_left_of_its_life_counts() {
    let server = lazy();
    let cache = cache(&server);
    warm(&cache, "a", 1).await;
    let short = SHORT.as_millis().to_string();
    server.command(&["PEXPIRE", "a", &short]);
    is_over(&cache, &KEPT).await;
}

#[tokio::test]
async fn an_entry_without_an_end_is_not_kept_until_it_has_one() {
    let server = RedisServer::start();
    let cache = cache(&server);
    warm(&cache, "a", 1).await;
    server.command(&["PERSIST", "a"]);
    eventually(SOON, "it is asked for", async || !look(&cache, "a", &KEPT, 2).await.is_near).await;
    for _ in 0..20 {
        let seen = look(&cache, "a", &KEPT, 2).await;
        assert!(!seen.is_near && seen.value == 1, "{seen:?}");
    }
    server.command(&["EXPIRE", "a", "100000"]);
    warm(&cache, "a", 1).await;
}

#[tokio::test]
async fn that_there_is_nothing_is_kept_too() {
    let server = RedisServer::start();
    let (cache, policy) = (cache(&server), KEPT.negative_ttl(LONG));
    warm(&cache, "other", 1).await;
    let nothing = async || cache.read_through("a", &policy, || async { None::<u64> }).await;
    for _ in 0..2 {
        assert_eq!(nothing().await, None);
    }
    let before = commands(&server);
    for _ in 0..20 {
        assert_eq!(nothing().await, None);
    }
    assert_eq!((commands(&server) - before, cache.stats().loads), (0, 2));
    server.command(&["DEL", "a"]);
    let known = async || cache.read_through("a", &policy, || async { Some(7) }).await == Some(7);
    eventually(SOON, "something is there", known).await;
}

#[tokio::test]
async fn who_reads_another_type_gets_nothing_out_of_it() {
    let server = RedisServer::start();
    let cache = cache(&server);
    warm(&cache, "a", 1).await;
    let before = cache.stats();
    let text = cache.read_through("a", &KEPT, || async { "text".to_owned() }).await;
    assert_eq!(text, "text");
    let after = cache.stats();
    assert_eq!((after.near_hits - before.near_hits, after.mismatches - before.mismatches), (0, 1));
}

#[tokio::test]
async fn the_builder_says_what_a_function_does_not() {
    let server = RedisServer::start();
    let kept_by_default = keeping(&server);
    warm(&kept_by_default, "other", 1).await;
    let plain = Policy::new(LONG);
    let is_kept = async |cache: &Cache, key: &str, policy: Policy| {
        look(cache, key, &policy, 1).await;
        look(cache, key, &policy, 1).await;
        look(cache, key, &policy, 1).await.is_near
    };
    // In a cluster they are where the other one is, and changes are told.
    assert!(is_kept(&kept_by_default, "{other} default", plain).await);
    assert!(is_kept(&kept_by_default, "{other} on", plain.near_by_default()).await);
    assert!(!is_kept(&kept_by_default, "{other} off", plain.not_near()).await);
    for short in [0, 19] {
        let short = Duration::from_millis(short);
        assert!(!is_kept(&kept_by_default, &format!("{{other}} {short:?}"), plain.near(short)).await);
    }
    let not_by_default = cache(&server);
    warm(&not_by_default, "other", 1).await;
    assert!(!is_kept(&not_by_default, "{other} default", plain).await);
    assert!(is_kept(&not_by_default, "{other} on", plain.near_by_default()).await);
}

#[tokio::test]
async fn who_does_not_want_the_cache_does_not_get_what_is_kept() {
    let server = RedisServer::start();
    let cache = cache(&server);
    warm(&cache, "a", 1).await;
    assert_eq!(bypass(read(&cache, "a", 2)).await, 2);
    assert_eq!(read(&cache, "a", 2).await, 1);
    assert_eq!(refreshing(read(&cache, "a", 3)).await, 3);
    assert_eq!(read(&cache, "a", 4).await, 3);
    warm(&cache, "a", 3).await;
}

const CAPACITY: u64 = 256 << 10;

#[tokio::test]
async fn what_is_kept_takes_no_more_memory_than_it_may() {
    let server = RedisServer::start();
    let cache = builder(&server.url()).near_capacity(CAPACITY).build().unwrap();
    warm(&cache, "other", 1).await;
    for id in 0..500 {
        let key = format!("text:{id}");
        for _ in 0..2 {
            assert_eq!(text(&cache, &key, 2_000).await, 2_000);
        }
        let stats = cache.stats();
        assert!(stats.near_bytes <= CAPACITY && stats.near_bytes >= stats.near_entries * 400, "{stats:?}");
    }
    let stats = cache.stats();
    assert!(stats.near_bytes > CAPACITY / 2, "{stats:?}");
    assert!((60..=110).contains(&stats.near_entries), "{stats:?}");
}

#[tokio::test]
async fn a_value_that_finds_no_room_is_served_all_the_same() {
    let server = RedisServer::start();
    let cache = builder(&server.url()).near_capacity(CAPACITY).build().unwrap();
    for _ in 0..20 {
        assert_eq!(text(&cache, "large", 300 << 10).await, 300 << 10);
    }
    eventually(SOON, "redis tells of changes", async || {
        text(&cache, "large", 0).await;
        cache.stats().coherence == Coherence::Tracking
    })
    .await;
    assert_eq!(text(&cache, "large", 0).await, 300 << 10);
    let stats = cache.stats();
    assert_eq!((stats.near_entries, stats.near_bytes, stats.near_hits), (0, 0, 0));
}

#[tokio::test]
async fn without_any_room_nothing_is_kept_and_redis_is_not_asked_to_tell() {
    let server = RedisServer::start();
    let cache = builder(&server.url()).near_capacity(0).build().unwrap();
    for _ in 0..20 {
        assert_eq!(read(&cache, "a", 1).await, 1);
    }
    let stats = cache.stats();
    assert_eq!((stats.hits, stats.near_hits, stats.near_entries, stats.near_bytes), (19, 0, 0, 0));
    assert_eq!(stats.coherence, Coherence::None);
    assert!(tracked(&server).is_empty());
}

/// How long a text is that is read, or loaded in this length.
async fn text(cache: &Cache, key: &str, length: usize) -> usize {
    cache.read_through(key, &KEPT, || async move { "x".repeat(length) }).await.len()
}

#[tokio::test]
async fn in_memory_everything_is_near_and_nothing_is_kept_twice() {
    let cache = Cache::builder().near(LONG).build().unwrap();
    for _ in 0..10 {
        assert_eq!(read(&cache, "a", 1).await, 1);
    }
    let stats = cache.stats();
    assert_eq!((stats.hits, stats.near_hits, stats.near_entries), (9, 0, 0));
    assert_eq!(stats.coherence, Coherence::None);
}

#[read_through(key = "shared", ttl = 600, near = "10m")]
async fn patient() -> u64 {
    1
}

#[read_through(key = "shared", ttl = 600, near = "50ms")]
async fn impatient() -> u64 {
    1
}

#[tokio::test]
async fn who_wants_a_value_newer_than_another_function_gets_it_newer() {
    let server = RedisServer::start();
    let cache = cache(&server);
    let is_near = async |is_patient: bool| {
        let before = cache.stats().near_hits;
        let call = async { if is_patient { patient().await } else { impatient().await } };
        with_cache(cache.clone(), call).await;
        cache.stats().near_hits > before
    };
    eventually(SOON, "a near hit", async || is_near(true).await).await;
    eventually(SOON, "it is too old for the other", async || !is_near(false).await).await;
    assert!(is_near(true).await);
}
