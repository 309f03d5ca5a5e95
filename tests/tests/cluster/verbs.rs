//! Every verb, on keys that are anywhere.

use std::collections::HashSet;

use cache_runtime::{Coherence, ErrorKind, NearFeed, read_through, with_cache};
use cache_tests::{Origin, RedisCluster, Sick, eventually};
use futures_util::future::join_all;

use crate::stand::{POLICY, SOON, builder, cache, is_hit, read, troubles};

#[read_through(key = "user:{id}:{group}", ttl = 60, tags = ["group:{group}", "users"], skip(origin))]
async fn user(id: u64, group: u64, origin: Origin) -> Result<usize, Sick> {
    origin.value().await
}

#[tokio::test]
async fn a_thousand_keys_are_stored_found_and_forgotten() {
    let cluster = RedisCluster::start();
    let [one, other] = [cache(&cluster), cache(&cluster)];
    let keys: Vec<_> = (0..1000).map(|number| format!("key:{number}")).collect();
    // Not all at once: on a busy machine that takes longer than a lease.
    for keys in keys.chunks(50) {
        join_all(keys.iter().map(|key| read(&one, key, 1))).await;
    }
    assert_eq!((one.stats().loads, one.stats().fills), (1000, 1000));
    for keys in keys.chunks(50) {
        let values = join_all(keys.iter().map(|key| read(&other, key, 2))).await;
        assert!(values.iter().all(|value| *value == 1), "{values:?}");
    }
    assert_eq!(other.stats().hits, 1000);
    for node in &cluster.nodes()[..3] {
        assert!(node.command(&["DBSIZE"]).integer() > 200, "each primary has its share");
    }
    for invalidated in join_all(keys.iter().map(|key| other.invalidate(key))).await {
        invalidated.unwrap();
    }
    for keys in keys.chunks(50) {
        let values = join_all(keys.iter().map(|key| read(&one, key, 2))).await;
        assert!(values.iter().all(|value| *value == 2), "{values:?}");
    }
    assert_eq!(troubles(one.stats()) + troubles(other.stats()), 0);
}

#[tokio::test]
async fn companions_work_as_on_one_server() {
    let cluster = RedisCluster::start();
    let [one, other] = [cache(&cluster), cache(&cluster)];
    let origin = Origin::default();
    let call = |cache: &cache_runtime::Cache, id| with_cache(cache.clone(), user(id, id % 3, origin.clone()));
    for id in 0..20 {
        let loaded = call(&one, id).await.unwrap();
        assert_eq!(call(&other, id).await.unwrap(), loaded);
        assert_eq!(with_cache(other.clone(), user::peek(id, id % 3)).await, Some(loaded));
        with_cache(other.clone(), user::put(id, id % 3, &100)).await.unwrap();
        assert_eq!(call(&one, id).await.unwrap(), 100);
        let fresh = with_cache(one.clone(), user::refresh(id, id % 3, origin.clone())).await.unwrap();
        assert_eq!(call(&other, id).await.unwrap(), fresh);
        with_cache(one.clone(), user::invalidate(id, id % 3)).await.unwrap();
        assert_eq!(with_cache(other.clone(), user::peek(id, id % 3)).await, None);
    }
    assert_eq!(troubles(one.stats()) + troubles(other.stats()), 0);
}

#[tokio::test]
async fn a_tag_forgets_entries_wherever_they_are() {
    let cluster = RedisCluster::start();
    let [one, other] = [cache(&cluster), cache(&cluster)];
    let origin = Origin::default();
    let call = |cache: &cache_runtime::Cache, id| with_cache(cache.clone(), user(id, id % 3, origin.clone()));
    let ids: Vec<u64> = (0..60).collect();
    let before = join_all(ids.iter().map(|id| call(&one, *id))).await;
    assert_eq!(join_all(ids.iter().map(|id| call(&other, *id))).await, before);
    other.invalidate_tag("group:1").await.unwrap();
    for (id, before) in ids.iter().zip(before) {
        let now = call(&one, *id).await;
        assert_eq!(now == before, id % 3 != 1, "{id}");
        assert_eq!(call(&other, *id).await, now);
    }
    let asked = origin.asked();
    one.invalidate_tag("users").await.unwrap();
    let _ = join_all(ids.iter().map(|id| call(&other, *id))).await;
    assert_eq!(origin.asked(), asked + ids.len());
}

#[tokio::test]
async fn everything_is_forgotten_at_once_and_nothing_of_another_namespace() {
    let cluster = RedisCluster::start();
    let [one, other, stranger] =
        ["shop", "shop", "bar"].map(|namespace| builder(&cluster).namespace(namespace).build().unwrap());
    for number in 0..300_u32 {
        one.put(&format!("key:{number}"), &number, &POLICY).await.unwrap();
        stranger.put(&format!("key:{number}"), &number, &POLICY).await.unwrap();
    }
    other.clear().await.unwrap();
    for number in 0..300 {
        let key = format!("key:{number}");
        assert_eq!(one.get::<u32>(&key).await.unwrap(), None);
        assert_eq!(other.get::<u32>(&key).await.unwrap(), None);
        assert_eq!(stranger.get::<u32>(&key).await.unwrap(), Some(number));
    }
}

#[tokio::test]
async fn one_load_is_enough_for_all_processes() {
    let cluster = RedisCluster::start();
    let caches: Vec<_> = (0..4).map(|_| cache(&cluster)).collect();
    let origin = Origin::default();
    origin.hold();
    let calls = (0..40).zip(caches.iter().cycle());
    let calls: Vec<_> =
        calls.map(|(call, cache)| tokio::spawn(with_cache(cache.clone(), user(call % 5, 0, origin.clone())))).collect();
    eventually(SOON, "the others wait", async || caches.iter().map(|cache| cache.stats().waits).sum::<u64>() >= 15)
        .await;
    origin.release();
    let answers: HashSet<_> = join_all(calls).await.into_iter().map(|answer| answer.unwrap().unwrap()).collect();
    assert_eq!((origin.asked(), answers.len()), (5, 5));
}

#[tokio::test]
async fn one_node_is_enough_to_find_the_others() {
    let cluster = RedisCluster::start();
    for node in [0, 4] {
        let url = cluster.url_of(&[&cluster.nodes()[node]]);
        let cache = cache_runtime::Cache::builder().url(url).operation_timeout(SOON).build().unwrap();
        cache.ping().await.unwrap();
        for number in 0..30 {
            read(&cache, &format!("key:{number}"), 1).await;
            assert!(is_hit(&cache, &format!("key:{number}")).await);
        }
    }
}

#[tokio::test]
async fn each_runtime_has_connections_of_its_own() {
    let cluster = RedisCluster::start();
    let cache = cache(&cluster);
    read(&cache, "key", 1).await;
    for _ in 0..2 {
        let cache = cache.clone();
        let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        std::thread::spawn(move || runtime().block_on(async { assert!(is_hit(&cache, "key").await) })).join().unwrap();
    }
    assert!(is_hit(&cache, "key").await);
}

#[tokio::test]
async fn who_may_not_ask_for_the_map_calls_without_the_cache() {
    let cluster = RedisCluster::start();
    cluster.permit("-cluster");
    let cache = cache(&cluster);
    assert_eq!(cache.ping().await.unwrap_err().kind(), ErrorKind::Unavailable);
    assert_eq!([read(&cache, "key", 1).await, read(&cache, "key", 2).await], [1, 2]);
    cluster.permit("+cluster|slots +cluster|info");
    eventually(SOON, "a hit", async || is_hit(&cache, "key").await).await;
}

#[tokio::test]
async fn one_server_is_no_cluster() {
    let server = cache_tests::RedisServer::single();
    server.permit("+cluster|slots +cluster|info");
    let url = server.url().replace("redis://", "redis+cluster://");
    let cache = cache_runtime::Cache::builder().url(url).operation_timeout(SOON).build().unwrap();
    assert_eq!(cache.ping().await.unwrap_err().kind(), ErrorKind::Unavailable);
    assert_eq!(read(&cache, "key", 1).await, 1);
}

#[tokio::test]
async fn a_password_without_a_user_is_given_to_every_node() {
    let cluster = RedisCluster::with_password("s3cret");
    assert!(cluster.url().starts_with("redis+cluster://:s3cret@"));
    let [one, other] = [cache(&cluster), cache(&cluster)];
    for number in 0..30 {
        read(&one, &format!("key:{number}"), 1).await;
        assert!(is_hit(&other, &format!("key:{number}")).await);
    }
    // One is sent there, and finds who it was not told of.
    cluster.migrate_slot_of("key:7").seize();
    other.invalidate("key:7").await.unwrap();
    assert_eq!(read(&one, "key:7", 2).await, 2);
    assert_eq!(troubles(one.stats()) + troubles(other.stats()), 0);

    let url = cluster.url().replace("s3cret", "wr0ng");
    let stranger = cache_runtime::Cache::builder().url(url).operation_timeout(SOON).build().unwrap();
    let error = stranger.ping().await.unwrap_err();
    let told = format!("{error} {error:?}");
    assert!(told.contains("authentication failed") && !told.contains("wr0ng"), "{told}");
}

#[tokio::test]
async fn there_is_no_channel_in_a_cluster() {
    let builder = || cache_runtime::Cache::builder().url("redis+cluster://a:7000,b:7001");
    let error = builder().near_feed(NearFeed::Channel).build().unwrap_err().to_string();
    assert!(error.contains("`near_feed` is the channel, which there is not in a cluster"), "{error}");
    for feed in [NearFeed::Auto, NearFeed::Tracking] {
        let cache = builder().near_feed(feed).build().unwrap();
        assert_eq!(cache.stats().coherence, Coherence::None);
    }
}

#[test]
fn nothing_shows_a_password() {
    let cache = cache_runtime::Cache::builder().url("redis+cluster://app:hunter2@a:7000,b:7001").build().unwrap();
    let shown = format!("{cache:?}");
    assert!(
        shown.contains("redis://a:7000") && shown.contains("redis://b:7001") && !shown.contains("hunter2"),
        "{shown}"
    );
}
