//! A primary that dies, and the replica that takes its place.

use std::sync::Arc;
use std::time::Duration;

use cache_runtime::Cache;
use cache_tests::{RedisCluster, eventually};
use tokio::time::{Instant, sleep};

use crate::oracle::Oracle;
use crate::stand::{KEPT, POLICY, SOON, is_hit, keys_of, read};

/// Longer than the default of 100 ms, so that one timeout can be told from two on a busy machine.
const TIMEOUT: Duration = Duration::from_millis(300);
/// The most that one call may take on a busy machine.
const LONGEST: Duration = Duration::from_millis(500);
/// Promised is next to nothing; half a timeout is what a busy machine cannot bring about, and waiting for Redis does.
const LATE: Duration = Duration::from_millis(150);
/// How many calls in a row may wait for Redis before the breaker opens.
const FEW: usize = 3;
const SILENCE: Duration = Duration::from_millis(1100);

fn cache(cluster: &RedisCluster) -> Cache {
    Cache::builder().url(cluster.url()).operation_timeout(TIMEOUT).build().unwrap()
}

/// Stores each of the keys, until it is found.
async fn warm(cache: &Cache, keys: &[String]) {
    for key in keys {
        eventually(SOON, "a hit", async || is_hit(cache, key).await).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_go_on_and_the_replica_is_found_without_a_restart() {
    let mut cluster = RedisCluster::start();
    let (lost, others) = (keys_of(&cluster, 0, 10), [keys_of(&cluster, 1, 10), keys_of(&cluster, 2, 10)].concat());
    let cache = cache(&cluster);
    warm(&cache, &lost).await;
    warm(&cache, &others).await;
    let at = cluster.kill_primary_of(&lost[0]);
    let (start, mut times, mut missed, mut decided) = (Instant::now(), Vec::new(), 0, None);
    let cluster = Arc::new(cluster);
    loop {
        let asked = Instant::now();
        let key = &lost[times.len() % lost.len()];
        let hit = is_hit(&cache, key).await;
        times.push(asked.elapsed());
        let other = &others[times.len() % others.len()];
        missed += usize::from(!is_hit(&cache, other).await);
        if hit {
            break;
        }
        if decided.is_none() {
            let (cluster, key) = (Arc::clone(&cluster), key.clone());
            let is_decided = tokio::task::spawn_blocking(move || cluster.is_served(&key)).await.unwrap();
            decided = is_decided.then(Instant::now);
        }
        assert!(start.elapsed() < SOON, "a hit after the promotion");
        sleep(Duration::from_millis(10)).await;
    }
    let found = decided.map(|decided| decided.elapsed());
    let (longest, late) = (times.iter().max().unwrap(), times.iter().filter(|time| **time > LATE).count());
    println!(
        "a hit after {:?}, {found:?} after the decision; the longest of {} calls took {longest:?}, {late} were late",
        start.elapsed(),
        times.len()
    );
    assert!(*longest < LONGEST && late <= FEW, "{longest:?}, {late}");
    assert!(missed <= FEW, "{missed} calls for the keys of the others found nothing");
    warm(&cache, &lost).await;
    assert!(found.is_none_or(|found| found < Duration::from_secs(3)), "{found:?}");
    // As a replica.
    let mut cluster = Arc::into_inner(cluster).unwrap();
    cluster.node(at).restart();
    warm(&cache, &lost).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_served_that_was_invalidated_meanwhile() {
    let mut cluster = RedisCluster::start();
    let keys = keys_of(&cluster, 0, 10);
    let caches = [cache(&cluster), cache(&cluster), cache(&cluster)];
    let oracle = Oracle::of(keys.clone());
    // Who has read it before keeps it.
    for number in 0..keys.len() {
        for cache in &caches {
            eventually(SOON, "a hit", async || oracle.read(cache, number, &KEPT, SILENCE).await).await;
        }
    }
    cluster.kill_primary_of(&keys[0]);
    let (start, mut failed, mut done) = (Instant::now(), 0, 0);
    // Long enough for the promotion, and for all that comes after it.
    while done < 50 || start.elapsed() < Duration::from_secs(5) {
        let number = fastrand::usize(..keys.len());
        let count = if oracle.change(&caches[0], number).await { &mut done } else { &mut failed };
        *count += 1;
        for cache in &caches[..2] {
            oracle.read(cache, number, &POLICY, Duration::ZERO).await;
        }
        for number in 0..keys.len() {
            oracle.read(&caches[2], number, &KEPT, SILENCE).await;
        }
        assert!(start.elapsed() < SOON * 2, "invalidations go through again");
        sleep(Duration::from_millis(5)).await;
    }
    println!("{failed} invalidations failed while there was nobody, and {done} were done");
    for (number, key) in keys.iter().enumerate() {
        for cache in &caches {
            eventually(SOON, "a hit", async || oracle.read(cache, number, &POLICY, SILENCE).await).await;
        }
        assert!(caches[0].invalidate(key).await.is_ok());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ping_wants_every_primary() {
    let mut cluster = RedisCluster::start();
    let key = keys_of(&cluster, 1, 1).remove(0);
    let cache = cache(&cluster);
    eventually(SOON, "they answer", async || cache.ping().await.is_ok()).await;
    cluster.kill_primary_of(&key);
    eventually(SOON, "one is missed", async || cache.ping().await.is_err()).await;
    eventually(SOON, "its replica answers", async || cache.ping().await.is_ok()).await;
    assert_eq!(read(&cache, &key, 7).await, 7);
}
