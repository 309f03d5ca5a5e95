//! Several processes on one Redis: one of them reloads. (Caches built apart behave to each other as processes do.)

use std::time::Duration;

use cache_runtime::{Cache, read_through, with_cache};
use cache_tests::eventually;
use futures_util::future::join_all;

use crate::stand::{Act, Origin, Sick, Stand, TTL};

const WINDOW: Duration = Duration::from_secs(3600);
const PATIENCE: Duration = Duration::from_secs(20);

#[read_through(key = "shared", ttl = 60, stale_while_revalidate = "1h", refresh_ahead = 0.5, skip(origin))]
async fn entry(origin: Origin) -> Result<usize, Sick> {
    origin.value().await
}

#[read_through(key = "shared", ttl = 60, stale_if_error = "1h", soft_timeout = "50ms", skip(origin))]
async fn slow(origin: Origin) -> Result<usize, Sick> {
    origin.value().await
}

async fn fleet(age: Duration) -> (Stand, Vec<Cache>) {
    let stand = Stand::on_redis();
    let fleet: Vec<_> = (0..6).map(|_| stand.other_process()).collect();
    assert_eq!(stand.with(entry(stand.origin.clone())).await, Ok(1));
    stand.age(&stand.cache.key("shared"), TTL + WINDOW, age).await;
    (stand, fleet)
}

fn total(fleet: &[Cache], counter: impl Fn(cache_runtime::Stats) -> u64) -> u64 {
    fleet.iter().map(|cache| counter(cache.stats())).sum()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_process_reloads_what_all_find_due() {
    for age in [TTL / 2 + Duration::from_secs(1), TTL] {
        let (stand, fleet) = fleet(age).await;
        stand.origin.hold();
        for _ in 0..20 {
            let callers = fleet.iter().map(|cache| with_cache(cache.clone(), entry(stand.origin.clone())));
            assert!(join_all(callers).await.iter().all(|answer| *answer == Ok(1)));
        }
        let others = async || total(&fleet, |stats| stats.reloads_left) >= 5;
        eventually(PATIENCE, "the others leave it to one", others).await;
        assert_eq!(stand.origin.asked(), 2);
        stand.origin.release();
        eventually(PATIENCE, "it is reloaded", async || total(&fleet, |stats| stats.reloads) == 1).await;
        let callers = fleet.iter().map(|cache| with_cache(cache.clone(), entry(stand.origin.clone())));
        assert!(join_all(callers).await.iter().all(|answer| *answer == Ok(2)));
        assert_eq!(stand.origin.asked(), 2);
    }
}

#[tokio::test]
async fn a_failed_reload_gives_the_origin_a_rest_from_all_processes() {
    let (stand, fleet) = fleet(TTL).await;
    stand.origin.will(Act::Fail);
    assert_eq!(with_cache(fleet[0].clone(), entry(stand.origin.clone())).await, Ok(1));
    eventually(PATIENCE, "it fails", async || fleet[0].stats().reload_failures == 1).await;
    for cache in &fleet {
        assert_eq!(with_cache(cache.clone(), entry(stand.origin.clone())).await, Ok(1));
    }
    eventually(PATIENCE, "the others find it taken", async || total(&fleet, |stats| stats.reloads_left) == 5).await;
    assert_eq!(stand.origin.asked(), 2);
}

#[tokio::test]
async fn a_process_that_dies_while_it_reloads_is_replaced() {
    let (stand, fleet) = fleet(TTL).await;
    stand.origin.hold();
    let (dying, origin) = (fleet[0].clone(), stand.origin.clone());
    let dead = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            assert_eq!(with_cache(dying, entry(origin.clone())).await, Ok(1));
            eventually(PATIENCE, "it is loading", async || origin.asked() == 2).await;
        });
        // The runtime goes with all its tasks, and with not a word to anybody, as if the power had failed.
    });
    tokio::task::spawn_blocking(|| dead.join().unwrap()).await.unwrap();
    stand.origin.release();
    let server = stand.server.as_ref().unwrap();
    let left = server.command(&["PTTL", "shared%~r"]).integer();
    assert!((1..=2_000).contains(&left), "its lease ends by itself: {left}");
    let reloaded = async || {
        let answer = with_cache(fleet[1].clone(), entry(stand.origin.clone())).await;
        assert!(answer == Ok(1) || answer == Ok(3), "{answer:?}");
        answer == Ok(3)
    };
    eventually(PATIENCE, "another one reloads", reloaded).await;
    assert_eq!(stand.origin.asked(), 3);
}

#[tokio::test]
async fn a_slow_load_is_one_for_all_processes() {
    let (stand, fleet) = fleet(TTL).await;
    stand.origin.hold();
    let callers = fleet.iter().map(|cache| with_cache(cache.clone(), slow(stand.origin.clone())));
    assert!(join_all(callers).await.iter().all(|answer| *answer == Ok(1)));
    assert_eq!(stand.origin.asked(), 2);
    stand.origin.release();
    eventually(PATIENCE, "it is loaded", async || total(&fleet, |stats| stats.reloads) == 1).await;
}
