//! Values across layouts, versions and codecs.

use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use cache_runtime::{Cache, Codec, CodecError, CustomCodec, Value, read_through, with_cache};
use cache_tests::RedisServer;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{User, get_user, on_redis};

/// The layouts a type had over the years.
macro_rules! layouts {
    ($($module:ident: $item:item)*) => {$(
        mod $module {
            use serde::{Deserialize, Serialize};
            #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
            $item
        }
    )*};
}

layouts! {
    first: pub(super) struct Account { a: u32, b: u32 }
    swapped: pub(super) struct Account { b: u32, a: u32 }
    added: pub(super) struct Account { a: u32, b: u32, #[serde(default)] c: u32 }
    removed: pub(super) struct Account { a: u32 }
    retyped: pub(super) struct Account { a: u32, b: i32 }
    renamed: pub(super) struct Account { a: u32, total: u32 }
    optional: pub(super) struct Account { a: u32, b: Option<u32> }
    variants: pub(super) enum Account { #[default] Open, Closed }
    inserted: pub(super) enum Account { #[default] Open, Frozen, Closed }
    reordered: pub(super) enum Account { Closed, #[default] Open }
}

async fn load_as<T: Value + Default>(cache: &Cache) -> u64 {
    let policy = cache_runtime::Policy::new(Duration::from_secs(60));
    let before = cache.stats().loads;
    let answer: Result<T, ()> = cache.read_through("account", &policy, || async { Ok(T::default()) }).await;
    answer.unwrap();
    cache.stats().loads - before
}

#[tokio::test]
async fn a_change_of_the_layout_is_a_miss_both_ways() {
    on_redis(|_, cache| async move {
        macro_rules! changes {
            ($($old:ident -> $new:ident,)*) => {$(
                cache.invalidate("account").await.unwrap();
                for direction in 0..2 {
                    let what = concat!(stringify!($old), " -> ", stringify!($new));
                    assert_eq!(load_as::<$old::Account>(&cache).await, 1, "{what}, deploy {direction}");
                    assert_eq!(load_as::<$old::Account>(&cache).await, 0, "{what}, deploy {direction}");
                    assert_eq!(load_as::<$new::Account>(&cache).await, 1, "{what}, deploy {direction}");
                    assert_eq!(load_as::<$new::Account>(&cache).await, 0, "{what}, deploy {direction}");
                }
            )*};
        }
        changes! {
            first -> swapped,
            first -> added,
            first -> removed,
            first -> retyped,
            first -> renamed,
            first -> optional,
            variants -> inserted,
            variants -> reordered,
        }
    })
    .await;
}

#[tokio::test]
async fn a_raised_version_or_another_codec_is_a_miss() {
    #[read_through(key = "answer", ttl = 60)]
    async fn first() -> u32 {
        1
    }
    #[read_through(key = "answer", ttl = 60, version = 1)]
    async fn second() -> u32 {
        2
    }
    #[read_through(key = "answer", ttl = 60, codec = json)]
    async fn third() -> u32 {
        3
    }
    #[read_through(key = "answer", ttl = 60, codec = msgpack)]
    async fn fourth() -> u32 {
        4
    }
    on_redis(|_, _| async move {
        for _ in 0..2 {
            assert_eq!((first().await, first().await), (1, 1));
            assert_eq!((second().await, second().await), (2, 2));
            assert_eq!((third().await, third().await), (3, 3));
            assert_eq!((fourth().await, fourth().await), (4, 4));
        }
    })
    .await;
}

struct Reversed;

impl CustomCodec for Reversed {
    const NAME: &'static str = "reversed json";
    const HUMAN_READABLE: bool = true;

    fn encode<T: Serialize>(value: &T, out: &mut Vec<u8>) -> Result<(), CodecError> {
        let mut json = serde_json::to_vec(value).map_err(CodecError::new)?;
        json.reverse();
        out.append(&mut json);
        Ok(())
    }

    fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, CodecError> {
        let json: Vec<u8> = bytes.iter().rev().copied().collect();
        serde_json::from_slice(&json).map_err(CodecError::new)
    }
}

#[tokio::test]
async fn a_codec_of_the_users_own_carries_values() {
    #[read_through(key = "custom:{id}", ttl = 60, codec = Reversed)]
    async fn custom(id: u64) -> Result<User, String> {
        Ok(User { id, name: "abc".into() })
    }
    on_redis(|server, cache| async move {
        custom(3).await.unwrap();
        assert_eq!(custom(3).await.unwrap().name, "abc");
        assert_eq!(cache.stats().hits, 1);
        let stored = server.command(&["GET", "shop:custom:3"]).bytes().to_vec();
        assert!(stored.windows(5).any(|window| window == br#""cba""#));
        assert_eq!(custom::peek(3).await.unwrap().id, 3);
    })
    .await;
}

#[tokio::test]
async fn the_codec_of_the_cache_is_used_where_a_function_names_none() {
    let server = RedisServer::start();
    let cache = Cache::builder().url(server.url()).default_codec(Codec::Json).build().unwrap();
    with_cache(cache, async {
        get_user(7, &AtomicUsize::new(0)).await.unwrap();
        let stored = server.command(&["GET", "user:7"]).bytes().to_vec();
        assert!(stored.ends_with(br#"{"id":7,"name":"user 7"}"#));
    })
    .await;
}
