//! Which feed is used: what the builder says, and what Redis allows.

use std::time::Duration;

use cache_runtime::{Coherence, NearFeed};
use cache_tests::RedisServer;
use tokio::time::sleep;

use crate::stand::{becomes, builder, cache, calls, old_server, read, sees, warm};

fn trackers(server: &RedisServer) -> usize {
    let list = server.command(&["CLIENT", "LIST"]).text();
    list.lines().filter(|line| line.split(' ').any(|field| field.starts_with("flags=") && field.contains('t'))).count()
}

#[tokio::test]
async fn the_channel_is_used_where_it_is_asked_for() {
    let server = RedisServer::single();
    let cache = builder(&server.url()).near_feed(NearFeed::Channel).build().unwrap();
    warm(&cache, "a", 1).await;
    assert_eq!((cache.stats().coherence, trackers(&server)), (Coherence::Channel, 0));
}

#[tokio::test]
async fn who_is_told_by_redis_tells_those_who_are_not() {
    let server = RedisServer::single();
    let told = cache(&server);
    warm(&told, "a", 1).await;
    assert_eq!((told.stats().coherence, trackers(&server)), (Coherence::Tracking, 1));
    let other = builder(&server.url()).near_feed(NearFeed::Channel).build().unwrap();
    warm(&other, "a", 1).await;
    told.invalidate("a").await.unwrap();
    sees(&other, "a", 2, "what was told on the channel").await;
}

#[tokio::test]
async fn without_tracking_nothing_is_kept_where_only_that_will_do() {
    let server = old_server();
    let cache = builder(&server.url()).near_feed(NearFeed::Tracking).build().unwrap();
    for _ in 0..20 {
        read(&cache, "a", 1).await;
        sleep(Duration::from_millis(20)).await;
    }
    cache.invalidate("a").await.unwrap();
    let stats = cache.stats();
    assert_eq!((stats.near_hits, stats.near_entries, stats.coherence), (0, 0, Coherence::None));
    assert_eq!((calls(&server, "publish"), calls(&server, "subscribe")), ((0, 0), (0, 0)));
}

#[tokio::test]
async fn who_may_not_track_is_told_on_the_channel_until_tracking_is_permitted() {
    let server = RedisServer::single();
    server.permit("-client");
    let cache = cache(&server);
    warm(&cache, "a", 1).await;
    assert_eq!(cache.stats().coherence, Coherence::Channel);
    server.permit("+client|tracking");
    becomes(&cache, Coherence::Tracking).await;
    warm(&cache, "a", 1).await;
    // Whatever changes it, which no channel would tell.
    server.command(&["DEL", "shop:a"]);
    sees(&cache, "a", 2, "what Redis tells").await;
    let channels = server.command(&["PUBSUB", "CHANNELS"]).texts();
    assert!(channels.is_empty(), "nobody listens any more: {channels:?}");
}
