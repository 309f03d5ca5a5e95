//! What is compressed is small on its way and in Redis, whatever the codec.

use cache_runtime::{Cache, Codec};
use cache_tests::RedisServer;

use crate::stand::{LASTING, SOON, letter, text};

fn builder(server: &RedisServer) -> cache_runtime::CacheBuilder {
    Cache::builder().url(server.url()).operation_timeout(SOON)
}

fn stored(server: &RedisServer) -> i64 {
    server.command(&["STRLEN", "a"]).integer()
}

#[tokio::test]
async fn a_value_is_compressed_from_two_kibibytes_on_and_read_by_all() {
    let server = RedisServer::start();
    for codec in [Codec::Bincode, Codec::Json, Codec::Msgpack] {
        let compressing = builder(&server).default_codec(codec).build().unwrap();
        let plain = builder(&server).default_codec(codec).compress_above(usize::MAX).build().unwrap();
        for (length, is_compressed) in [(1000, false), (3000, true), (1 << 20, true)] {
            compressing.put("a", &text('x', length), &LASTING).await.unwrap();
            assert_eq!(stored(&server) < 1000 + i64::try_from(length).unwrap() / 10, is_compressed || length == 1000);
            for cache in [&compressing, &plain] {
                let value: String = cache.get("a").await.unwrap().unwrap();
                assert_eq!(letter(&value), ('x', length), "{codec:?}");
            }
            plain.put("a", &text('x', length), &LASTING).await.unwrap();
            assert!(stored(&server) > i64::try_from(length).unwrap());
            let value: String = compressing.get("a").await.unwrap().unwrap();
            assert_eq!(letter(&value), ('x', length), "{codec:?}");
        }
    }
}

/// More than is stored, until it is compressed.
#[tokio::test]
async fn the_limit_is_one_of_what_is_stored() {
    let server = RedisServer::start();
    let cache = builder(&server).max_value_bytes(1 << 20).build().unwrap();
    cache.put("a", &text('x', 30 << 20), &LASTING).await.unwrap();
    assert!(stored(&server) < 1 << 20);
    let value: String = cache.get("a").await.unwrap().unwrap();
    assert_eq!(letter(&value), ('x', 30 << 20));
    assert_eq!(cache.stats().too_large, 0);
}
