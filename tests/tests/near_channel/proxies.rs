//! Proxies that hang up on what they do not know.

use cache_runtime::Coherence;
use cache_tests::{Fault, FaultProxy, RedisServer};

use crate::stand::{KEPT, becomes, cache, cache_at, old_server, sees, warm};

#[tokio::test]
async fn a_proxy_that_hangs_up_on_hello_leaves_the_channel() {
    let server = RedisServer::single();
    let proxy = FaultProxy::to(server.port());
    proxy.set(Fault::HangUpOn("HELLO"));
    let (cache, other) = (cache_at(&server.url_on(proxy.port())), cache(&server));
    warm(&cache, "a", 1).await;
    assert_eq!(cache.stats().coherence, Coherence::Channel);
    other.invalidate("a").await.unwrap();
    sees(&cache, "a", 2, "what was told by a process without the proxy").await;
}

#[tokio::test]
async fn a_proxy_that_hangs_up_on_subscribe_leaves_the_time_of_values() {
    let server = old_server();
    let proxy = FaultProxy::to(server.port());
    proxy.set(Fault::HangUpOn("SUBSCRIBE"));
    let cache = cache_at(&server.url_on(proxy.port()));
    becomes(&cache, Coherence::Expiry).await;
    warm(&cache, "a", 1).await;
}

#[tokio::test]
async fn behind_a_proxy_that_hangs_up_on_publish_everything_is_done_all_the_same() {
    let server = old_server();
    let proxy = FaultProxy::to(server.port());
    proxy.set(Fault::HangUpOn("PUBLISH"));
    let cache = cache_at(&server.url_on(proxy.port()));
    for value in 1..=5_u64 {
        cache.put("a", &value, &KEPT).await.unwrap();
        assert_eq!(cache.get("a").await.unwrap(), Some(value));
        cache.invalidate("a").await.unwrap();
        assert_eq!(cache.get::<u64>("a").await.unwrap(), None);
    }
    let connections = proxy.connections();
    assert!(connections <= 4, "{connections} connections were made");
}

#[tokio::test]
async fn and_so_is_every_invalidation_where_it_takes_to_that() {
    let server = old_server();
    let proxy = FaultProxy::to(server.port());
    let (listener, cache) = (cache(&server), cache_at(&server.url_on(proxy.port())));
    warm(&listener, "any", 1).await;
    cache.invalidate("any").await.unwrap();
    proxy.set(Fault::HangUpOn("PUBLISH"));
    for value in 1..=5_u64 {
        server.command(&["SET", "shop:a", "something"]);
        cache.invalidate("a").await.unwrap();
        assert_eq!(server.command(&["EXISTS", "shop:a"]).integer(), 0, "{value}");
    }
    // The one that it had, the one after the change and the word together, and one after each word.
    let connections = proxy.connections();
    assert!(connections <= 5, "{connections} connections were made");
}
