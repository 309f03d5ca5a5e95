//! Where the channel is lost, so is what is kept.

use std::time::Duration;

use cache_runtime::Coherence;
use cache_tests::{Direction, Fault, FaultProxy, eventually};
use tokio::time::{Instant, sleep};

use crate::stand::{KEPT, SILENCE, SOON, builder, cache, is_near, old_server, read, sees, warm};

#[tokio::test]
async fn a_connection_that_is_lost_takes_everything_along_and_comes_back() {
    let server = old_server();
    let cache = cache(&server);
    for value in [1, 3, 5] {
        warm(&cache, "a", value).await;
        // Not by this library: nobody tells.
        server.command(&["DEL", "shop:a"]);
        sleep(Duration::from_millis(50)).await;
        assert_eq!(read(&cache, "a", value + 1).await, value);
        assert_eq!(server.command(&["CLIENT", "KILL", "TYPE", "pubsub"]).integer(), 1);
        sees(&cache, "a", value + 1, "what was not told").await;
        eventually(SOON, "it is heard again", || async { is_near(&cache, "a").await }).await;
        assert_eq!(cache.stats().coherence, Coherence::Channel);
        cache.invalidate("a").await.unwrap();
    }
}

#[tokio::test]
async fn a_server_that_is_started_again_has_told_nothing_meanwhile() {
    let mut server = old_server();
    let cache = cache(&server);
    warm(&cache, "a", 1).await;
    server.restart();
    sees(&cache, "a", 2, "that it is empty").await;
    warm(&cache, "a", 2).await;
    assert_eq!(cache.stats().coherence, Coherence::Channel);
}

#[tokio::test]
async fn behind_a_network_that_swallows_everything_nothing_is_served_for_longer_than_a_moment() {
    let server = old_server();
    for direction in [Direction::ToServer, Direction::ToClient, Direction::Both] {
        let proxy = FaultProxy::to(server.port());
        let patience = Duration::from_millis(50);
        let cache = builder(&server.url_on(proxy.port())).operation_timeout(patience).build().unwrap();
        warm(&cache, "a", 1).await;
        proxy.set(Fault::BlackHole(direction));
        let (start, mut last) = (Instant::now(), Duration::ZERO);
        while start.elapsed() < SILENCE * 2 {
            let began = start.elapsed();
            if is_near(&cache, "a").await {
                last = began;
            }
            sleep(Duration::from_millis(5)).await;
        }
        println!("{direction:?}: served for {last:?}");
        assert!(last < SILENCE, "{direction:?}: {last:?}");
        assert!(last > Duration::ZERO, "it was served for a moment");
        assert_eq!(cache.stats().coherence, Coherence::None);
        proxy.set(Fault::None);
        warm(&cache, "a", 1).await;
    }
}

#[tokio::test]
async fn what_nobody_understands_may_be_about_everything() {
    let server = old_server();
    let cache = cache(&server);
    warm(&cache, "a", 1).await;
    server.command(&["DEL", "shop:a"]);
    assert_eq!(server.command(&["PUBLISH", "shop:%~near", ""]).integer(), 1);
    sees(&cache, "a", 2, "that something has changed").await;
    warm(&cache, "a", 2).await;
    // What another program says there is a key of nobody.
    assert_eq!(server.command(&["PUBLISH", "shop:%~near", "\r\n$-1 \u{fffd}"]).integer(), 1);
    assert_eq!(server.command(&[&b"PUBLISH"[..], b"shop:%~near", b"\xff\x00"]).integer(), 1);
    cache.put("b", &1_u64, &KEPT).await.unwrap();
    assert!(is_near(&cache, "a").await);
}
