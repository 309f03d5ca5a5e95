//! Large values come back as they were, in pieces, and small ones do not wait for them.

use std::time::Duration;

use cache_runtime::{read_through, with_cache};
use cache_tests::{Fault, RedisServer, eventually};
use tokio::time::Instant;

use crate::stand::{LARGE, LASTING, SOON, Stand, THIN, cache, calls, text};

#[tokio::test]
async fn what_is_large_comes_back_and_soon_in_pieces() {
    // In a cluster it comes in one.
    let server = RedisServer::single();
    let (writer, reader) = (cache(&server), cache(&server));
    for (key, length) in [("300K", 300 << 10), ("5M", 5 << 20), ("50M", 50 << 20)] {
        let value = text('x', length);
        writer.put(key, &value, &LASTING).await.unwrap();
        for round in ["not known to be large", "in pieces", "in pieces again"] {
            let pieces = calls(&server, "getrange");
            let back: Option<String> = reader.get(key).await.unwrap();
            assert!(back.as_ref() == Some(&value), "{key}, {round}");
            let pieces = calls(&server, "getrange") - pieces;
            assert_eq!(pieces > 1, round.starts_with("in pieces"), "{key}, {round}: {pieces} pieces");
        }
    }
}

#[read_through(key = "report:{id}", ttl = 600)]
async fn report(id: u32) -> Result<String, String> {
    Ok(text('r', LARGE + id as usize))
}

#[tokio::test]
async fn a_function_may_return_what_is_large() {
    calls_find_what_is_large(&RedisServer::start()).await;
}

#[tokio::test]
async fn the_tags_of_what_is_large_are_asked_for_once_in_each_call() {
    // A cluster is asked for each of them by itself.
    let server = RedisServer::single();
    calls_find_what_is_large(&server).await;
    assert_eq!(calls(&server, "mget"), 6);
}

/// Six calls, in two processes.
async fn calls_find_what_is_large(server: &RedisServer) {
    let caches = [cache(server), cache(server)];
    for _ in 0..3 {
        for cache in &caches {
            let value = with_cache(cache.clone(), report(7)).await.unwrap();
            assert_eq!(value.len(), LARGE + 7);
        }
    }
    assert_eq!((caches[0].stats().loads, caches[0].stats().hits), (1, 2));
    assert_eq!((caches[1].stats().loads, caches[1].stats().hits), (0, 3));
}

#[tokio::test]
async fn small_reads_go_on_while_a_large_one_is_under_way() {
    let stand = Stand::new().await;
    stand.proxy.set(THIN);
    let before = calls(&stand.server, "getrange");
    let cache = stand.cache.clone();
    let large = tokio::spawn(async move { cache.get::<String>("a").await.unwrap().unwrap().len() });
    eventually(SOON, "a few pieces", async || calls(&stand.server, "getrange") >= before + 5).await;
    for _ in 0..10 {
        assert_eq!(stand.cache.get("small").await.unwrap(), Some(7));
    }
    assert!(!large.is_finished(), "ten small reads are not behind it");
    assert_eq!(large.await.unwrap(), LARGE);
}

/// A lease lasts two seconds, and could be lost by then.
#[tokio::test]
async fn what_takes_longer_to_put_than_a_lease_lasts_is_stored() {
    let stand = Stand::new().await;
    for is_put in [true, false] {
        stand.other.invalidate("a").await.unwrap();
        stand.proxy.set(Fault::Bandwidth(1 << 20));
        let start = Instant::now();
        if is_put {
            stand.cache.put("a", &text('b', LARGE), &LASTING).await.unwrap();
        } else {
            stand.cache.read_through("a", &LASTING, || async { text('b', LARGE) }).await;
        }
        assert!(start.elapsed() > Duration::from_secs(2));
        stand.proxy.set(Fault::None);
        assert_eq!(stand.read().await, Some(('b', LARGE)), "put: {is_put}");
    }
}
