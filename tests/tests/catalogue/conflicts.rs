//! Pairs of functions that store different things and have keys in common.
#![allow(dead_code)]

use std::collections::HashMap;

use cache_runtime::{Cache, CodecError, CustomCodec, KeyConflict, catalogue, read_through};
use serde::{Serialize, de::DeserializeOwned};

use crate::{Order, User};

static REPORTS: std::sync::LazyLock<Cache> = std::sync::LazyLock::new(|| Cache::builder().build().unwrap());

macro_rules! functions {
    ($($name:ident($($parameter:ident: $ty:ty),*) -> $returned:ty, $key:literal $(, $argument:ident = $value:expr)*;)*) => {$(
        #[read_through(key = $key, ttl = 60 $(, $argument = $value)*)]
        async fn $name($($parameter: $ty),*) -> $returned {
            Default::default()
        }
    )*};
}

functions! {
    one_user(id: u64) -> User, "same:{id}";
    one_order(id: u64) -> Option<Order>, "same:{id}";
    named(name: &str) -> User, "word:{name}";
    latest() -> Order, "word:latest";
    of_tenant(tenant: String, id: u64) -> User, "{tenant}:slid:{id}";
    of_order(kind: String) -> Order, "order:slid:{kind}";
    first_version(id: u64) -> User, "version:{id}", version = 1;
    second_version(id: u64) -> User, "version:{id}", version = 2;
    report(id: u64) -> User, "report:{id}", cache = REPORTS;
    summary(id: u64) -> Order, "report:{id}", cache = REPORTS;
}

#[read_through(key = "codec:{id}", ttl = 60, codec = json)]
async fn in_json(id: u64) -> User {
    User { id, ..User::default() }
}

#[read_through(key = "codec:{id}", ttl = 60, codec = msgpack)]
async fn in_msgpack(id: u64) -> User {
    User { id, ..User::default() }
}

#[read_through(key = "many:{id}", ttl = 60, each(id in ids))]
async fn many_users(ids: &[u64]) -> HashMap<u64, User> {
    ids.iter().map(|id| (*id, User::default())).collect()
}

#[read_through(key = "many:{id}", ttl = 60)]
async fn one_of_many(id: u64) -> Option<Order> {
    Some(Order { id, ..Order::default() })
}

struct Own;

impl CustomCodec for Own {
    const NAME: &'static str = "own";

    fn encode<T: Serialize>(value: &T, out: &mut Vec<u8>) -> Result<(), CodecError> {
        serde_json::to_writer(out, value).map_err(CodecError::new)
    }

    fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, CodecError> {
        serde_json::from_slice(bytes).map_err(CodecError::new)
    }
}

#[read_through(key = "own:{id}", ttl = 60, codec = Own)]
async fn by_own_codec(id: u64) -> User {
    User { id, ..User::default() }
}

#[read_through(key = "own:{id}", ttl = 60)]
async fn by_the_codec_of_the_cache(id: u64) -> User {
    User { id, ..User::default() }
}

struct Shop;

impl Shop {
    #[read_through(key = "method:{id}", ttl = 60, skip(self))]
    async fn stock(&self, id: u64) -> User {
        User { id, ..User::default() }
    }
}

#[read_through(key = "method:{id}", ttl = 60)]
async fn stock_of(id: u64) -> Order {
    Order { id, ..Order::default() }
}

/// The conflict of two functions of this module.
fn conflict(one: &str, other: &str) -> Option<KeyConflict> {
    let names = [one, other].map(|name| format!("catalogue::conflicts::{name}"));
    let conflicts = catalogue().check().unwrap_err();
    let is_it = |conflict: &&KeyConflict| {
        let [one, other] = conflict.functions();
        [[one.name(), other.name()], [other.name(), one.name()]].contains(&[&*names[0], &*names[1]])
    };
    conflicts.iter().find(is_it).cloned()
}

#[test]
fn different_types_at_one_key_are_told_with_an_example() {
    let pairs = [
        ("one_user", "one_order", "same:7"),
        ("named", "latest", "word:latest"),
        ("of_tenant", "of_order", "order:slid:7"),
        ("report", "summary", "report:7"),
        ("many_users", "one_of_many", "many:7"),
    ];
    for (one, other, key) in pairs {
        assert_eq!(conflict(one, other).unwrap().key(), key);
    }
}

#[test]
fn codecs_and_versions_are_told_as_well() {
    let pairs =
        [("first_version", "second_version"), ("in_json", "in_msgpack"), ("by_own_codec", "by_the_codec_of_the_cache")];
    for (one, other) in pairs {
        assert!(conflict(one, other).is_some(), "{one} {other}");
    }
}

#[test]
fn a_conflict_is_a_sentence() {
    let told = |one, other| conflict(one, other).unwrap().to_string().replace("catalogue::conflicts::", "");
    assert_eq!(
        told("one_user", "one_order"),
        "`one_order` with the key `same:{id}` and `one_user` with the key `same:{id}` may both store at `same:7`, \
         one a `catalogue::Order`, the other a `catalogue::User`; give one of them another key"
    );
    assert!(told("first_version", "second_version").contains("one in version 1, the other in version 2"));
    assert!(told("in_json", "in_msgpack").contains("one by the codec `json`, the other by the codec `msgpack`"));
    assert!(
        told("by_own_codec", "by_the_codec_of_the_cache")
            .contains("one by the codec `own`, the other by the codec of the cache")
    );
}

#[tokio::test]
async fn what_a_method_stores_counts_from_its_first_call() {
    assert!(conflict("Shop::stock", "stock_of").is_none());
    crate::on_a_cache(async { Shop.stock(7).await }).await;
    assert_eq!(conflict("Shop::stock", "stock_of").unwrap().key(), "method:7");
}
