//! One cache in several tokio runtimes: each is told on a connection of its own, which is driven no longer than it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use cache_runtime::{Cache, Coherence, read_through, with_cache};
use cache_tests::{RedisServer, eventually};
use tokio::runtime::{Builder, Runtime};
use tokio::time::Instant;

use crate::stand::{KEPT, SILENCE, SOON, Truth, cache, look, read, tracked, warm};

const OLD: u64 = 1;
const NEW: u64 = 2;

#[read_through(key = "kept:{id}", ttl = 600, near = "10m")]
async fn kept(id: u64) -> u64 {
    id
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn what_a_runtime_has_kept_that_has_ended_is_read_again() {
    let server = RedisServer::start();
    let cache = cache(&server);
    for round in 0..5 {
        let first = runtime();
        first.block_on(warm(&cache, "a", round));
        drop(first);
        assert_eq!(cache.stats().coherence, Coherence::None);
        server.command(&["DEL", "a"]);
        runtime().block_on(async {
            let seen = look(&cache, "a", &KEPT, round + 1).await;
            assert!(!seen.is_near && seen.value == round + 1, "{seen:?}");
            warm(&cache, "a", round + 1).await;
        });
    }
}

#[test]
fn what_an_idle_runtime_has_kept_is_not_served_for_long() {
    let server = RedisServer::start();
    let cache = cache(&server);
    let (idle, driven) = (runtime(), runtime());
    idle.block_on(warm(&cache, "a", OLD));
    let cut = Instant::now();
    server.command(&["DEL", "a"]);
    driven.block_on(fades(&cache, cut));
    driven.block_on(warm(&cache, "a", NEW));
    // Now the other one is idle, and the first one hears late of everything.
    let cut = Instant::now();
    server.command(&["SET", "a", "something else"]);
    idle.block_on(async {
        eventually(SOON, "what the other runtime has kept is not served", async || {
            let seen = look(&cache, "a", &KEPT, 3).await;
            assert!(seen.value == 3 || seen.asked < cut + SILENCE, "served {:?} later", seen.asked - cut);
            seen.value == 3
        })
        .await;
        warm(&cache, "a", 3).await;
    });
}

async fn fades(cache: &Cache, cut: Instant) {
    eventually(SOON, "the old value is not served", async || {
        let seen = look(cache, "a", &KEPT, NEW).await;
        assert!(seen.value == NEW || seen.asked < cut + SILENCE, "served {:?} later", seen.asked - cut);
        seen.value == NEW
    })
    .await;
}

#[test]
fn runtimes_side_by_side_are_both_told() {
    const ROUNDS: usize = 300;
    let server = RedisServer::start();
    let (cache, truth) = (cache(&server), Truth::default());
    let runtimes: Vec<_> =
        (0..2).map(|_| Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()).collect();
    let readers: Vec<_> = runtimes
        .iter()
        .map(|runtime| {
            let (cache, truth) = (cache.clone(), truth.clone());
            runtime.spawn(async move {
                loop {
                    cache.read_through("a", &KEPT, || async { truth.now() }).await;
                    tokio::task::yield_now().await;
                }
            })
        })
        .collect();
    let others = runtime();
    others.block_on(async {
        eventually(SOON, "both are told", async || tracked(&server).len() >= 2).await;
        let mut writer = server.connect_to("a");
        for round in 0..ROUNDS {
            let now = truth.next();
            if round % 2 == 0 {
                writer.command(&["DEL", "a"]).unwrap();
            } else {
                cache.invalidate("a").await.unwrap();
                assert!(read(&cache, "a", now).await >= now);
            }
            for runtime in &runtimes {
                eventually(SOON, "each runtime gets the new value", async || {
                    let (cache, truth) = (cache.clone(), truth.clone());
                    let read = async move { cache.read_through("a", &KEPT, || async { truth.now() }).await };
                    runtime.spawn(read).await.unwrap() >= now
                })
                .await;
            }
        }
    });
    readers.iter().for_each(tokio::task::JoinHandle::abort);
    assert!(cache.stats().near_hits > ROUNDS as u64, "nothing was kept");
}

/// Somebody else on the runtime does something between `hits` that wait for nothing.
async fn others_run_between<F: Future>(cache: &Cache, hit: impl Fn() -> F) {
    warm(cache, "a", OLD).await;
    hit().await;
    let hits = Arc::new(AtomicU64::new(0));
    let seen = Arc::clone(&hits);
    // It is polled when the loop lets it, for the first time.
    let other = tokio::spawn(async move { seen.load(Ordering::SeqCst) });
    while !other.is_finished() {
        hit().await;
        assert!(hits.fetch_add(1, Ordering::SeqCst) < 10_000, "nobody else has run");
    }
    assert!(other.await.unwrap() > 0);
}

#[tokio::test]
async fn a_loop_of_hits_lets_others_run() {
    let server = RedisServer::start();
    let cache = cache(&server);
    others_run_between(&cache, || read(&cache, "a", OLD)).await;
    let annotated = || with_cache(cache.clone(), kept(7));
    annotated().await;
    eventually(SOON, "a near hit", async || {
        let before = cache.stats().near_hits;
        annotated().await;
        cache.stats().near_hits > before
    })
    .await;
    others_run_between(&cache, annotated).await;
}
