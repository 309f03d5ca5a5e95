//! Values that are kept in the process, and a node that loses touch with the others.

use std::time::Duration;

use cache_runtime::{Cache, Coherence};
use cache_tests::{RedisCluster, eventually};
use tokio::time::Instant;

use crate::oracle::Oracle;
use crate::stand::{KEPT, SOON, cache, keys_of};

async fn is_near(cache: &Cache, key: &str, value: u64) -> bool {
    let before = cache.stats().near_hits;
    let read = cache.read_through(key, &KEPT, || async move { value }).await;
    assert_eq!(read, value, "{key}");
    cache.stats().near_hits > before
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_of_every_node_are_told() {
    let cluster = RedisCluster::start();
    let [one, other] = [cache(&cluster), cache(&cluster)];
    let keys = [0, 1, 2].map(|share| keys_of(&cluster, share, 3)).concat();
    for truth in 0..5 {
        for key in &keys {
            eventually(SOON, "a near hit", async || is_near(&one, key, truth).await).await;
        }
        assert_eq!(one.stats().coherence, Coherence::Tracking);
        let changed = if truth == 3 { other.clear().await } else { Ok(()) };
        changed.unwrap();
        for key in &keys {
            match truth {
                0 => other.invalidate(key).await.unwrap(),
                1 => other.put(key, &(truth + 1), &KEPT).await.unwrap(),
                2 => drop(cluster.command(&["DEL", key])),
                _ => {}
            }
            let read = async || one.read_through(key, &KEPT, || async move { truth + 1 }).await;
            if truth < 4 {
                eventually(SOON, "the new value", async || read().await == truth + 1).await;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_death_of_a_primary_costs_only_what_came_from_it() {
    let mut cluster = RedisCluster::start();
    let cache = cache(&cluster);
    let [lost, other] = [0, 1].map(|share| keys_of(&cluster, share, 1).remove(0));
    for key in [&lost, &other] {
        eventually(SOON, "a near hit", async || is_near(&cache, key, 1).await).await;
    }
    cluster.kill_primary_of(&lost);
    eventually(SOON, "it is not served any more", async || {
        assert!(is_near(&cache, &other, 1).await, "the other primary is there");
        cache.read_through(&*lost, &KEPT, || async { 2_u64 }).await == 2
    })
    .await;
}

/// What was changed longer ago than this is not served, whatever has become of the node.
const SILENCE: Duration = Duration::from_millis(1100);

#[tokio::test(flavor = "multi_thread")]
async fn a_slot_that_is_taken_with_all_that_is_in_it_is_noticed() {
    let cluster = RedisCluster::start();
    let [one, other] = [cache(&cluster), cache(&cluster)];
    let oracle = Oracle::of(keys_of(&cluster, 0, 5));
    for round in 0..3 {
        for number in 0..5 {
            eventually(SOON, "a near hit", async || {
                let before = one.stats().near_hits;
                oracle.read(&one, number, &KEPT, SILENCE).await;
                one.stats().near_hits > before
            })
            .await;
        }
        cluster.migrate_slot_of(oracle.key(round)).seize();
        assert!(oracle.change(&other, round).await);
        let start = Instant::now();
        // The oracle watches for a while in which the time of silence is over.
        eventually(SOON, "the time is over", async || {
            oracle.read(&one, round, &KEPT, SILENCE).await;
            start.elapsed() > 2 * SILENCE
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_primary_that_sleeps_through_its_replacement_is_not_believed_when_it_wakes() {
    let mut cluster = RedisCluster::start();
    let [one, other] = [cache(&cluster), cache(&cluster)];
    let oracle = Oracle::of(keys_of(&cluster, 0, 5));
    for number in 0..5 {
        eventually(SOON, "a near hit", async || {
            let before = one.stats().near_hits;
            oracle.read(&one, number, &KEPT, SILENCE).await;
            one.stats().near_hits > before
        })
        .await;
    }
    let port = cluster.primary_of(oracle.key(0)).port();
    let at = cluster.nodes().iter().position(|node| node.port() == port).unwrap();
    cluster.hurry();
    cluster.node(at).freeze();
    eventually(SOON, "an invalidation is done", async || oracle.change(&other, 0).await).await;
    let watch = async |time: Duration| {
        let start = Instant::now();
        eventually(SOON, "the time is over", async || {
            for number in 0..5 {
                assert!(oracle.change(&other, number).await);
                oracle.read(&one, number, &KEPT, SILENCE).await;
            }
            start.elapsed() > time
        })
        .await;
    };
    watch(SILENCE).await;
    cluster.node(at).thaw();
    watch(3 * SILENCE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_answers_and_has_lost_touch_with_the_others_is_not_believed() {
    let mut cluster = RedisCluster::start();
    let cache = cache(&cluster);
    let key = keys_of(&cluster, 0, 1).remove(0);
    eventually(SOON, "a near hit", async || is_near(&cache, &key, 1).await).await;
    // All others are gone, and it knows that it is not enough of a cluster by itself.
    cluster.hurry();
    let port = cluster.primary_of(&key).port();
    for at in 0..cluster.nodes().len() {
        if cluster.nodes()[at].port() != port {
            cluster.node(at).kill();
        }
    }
    eventually(SOON, "it is not served any more", async || {
        cache.read_through(&*key, &KEPT, || async { 2_u64 }).await == 2
    })
    .await;
    assert_eq!(cache.stats().coherence, Coherence::None);
}
