//! Large values come back as they were, in pieces, and small ones do not wait for them.

use cache_runtime::read_through;
use cache_runtime::with_cache;
use cache_tests::RedisServer;

use crate::stand::{LARGE, LASTING, Stand, THIN, cache, calls, text};

#[tokio::test]
async fn what_is_large_comes_back_and_soon_in_pieces() {
    let server = RedisServer::start();
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
    let server = RedisServer::start();
    let caches = [cache(&server), cache(&server)];
    for _ in 0..3 {
        for cache in &caches {
            let value = with_cache(cache.clone(), report(7)).await.unwrap();
            assert_eq!(value.len(), LARGE + 7);
        }
    }
    assert_eq!((caches[0].stats().loads, caches[0].stats().hits), (1, 2));
    assert_eq!((caches[1].stats().loads, caches[1].stats().hits), (0, 3));
    assert_eq!(calls(&server, "mget"), 6, "the tags are asked for once in each call");
}

#[tokio::test]
async fn small_reads_go_on_while_a_large_one_is_under_way() {
    let stand = Stand::new().await;
    stand.proxy.set(THIN);
    let before = calls(&stand.server, "getrange");
    let cache = stand.cache.clone();
    let large = tokio::spawn(async move { cache.get::<String>("a").await.unwrap().unwrap().len() });
    cache_tests::eventually(crate::stand::SOON, "a few pieces", async || {
        calls(&stand.server, "getrange") >= before + 5
    })
    .await;
    for _ in 0..10 {
        assert_eq!(stand.cache.get("small").await.unwrap(), Some(7));
    }
    assert!(!large.is_finished(), "ten small reads are not behind it");
    assert_eq!(large.await.unwrap(), LARGE);
}
