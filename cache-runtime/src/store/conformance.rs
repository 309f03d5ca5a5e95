//! The behaviours that every [`Store`] shows, run against each backend by its own tests.

use std::future::Future;
use std::time::Duration;

use bytes::Bytes;

use super::Store;
use crate::key::Key;

const SOON: Duration = Duration::from_secs(5);
const LONG: Duration = Duration::from_secs(600);

/// Runs the whole suite. `pass(d)` lets the time `d` pass for the store.
pub(crate) async fn suite<P: Future<Output = ()>>(store: &dyn Store, pass: impl Fn(Duration) -> P) {
    answers_a_ping(store).await;
    has_nothing_at_a_new_key(store).await;
    returns_the_bytes_it_was_given(store).await;
    overwrites_value_and_ttl(store, &pass).await;
    forgets_when_the_time_is_over(store, &pass).await;
    removes(store).await;
    keeps_keys_apart(store).await;
    works_again_after_close(store).await;
}

fn key(text: &str) -> Key {
    Key::new("conformance", text)
}

async fn get(store: &dyn Store, key: &Key) -> Option<Bytes> {
    store.get(key, SOON).await.unwrap()
}

async fn answers_a_ping(store: &dyn Store) {
    store.ping(SOON).await.unwrap();
}

async fn has_nothing_at_a_new_key(store: &dyn Store) {
    assert_eq!(get(store, &key("never written")).await, None);
}

async fn returns_the_bytes_it_was_given(store: &dyn Store) {
    let large = vec![7; 300_000];
    for (index, bytes) in [&b""[..], b"\0", b"text", b"\xFF\xFE\r\n", &large].into_iter().enumerate() {
        let key = key(&format!("bytes {index}"));
        store.set(&key, Bytes::copy_from_slice(bytes), LONG, SOON).await.unwrap();
        assert_eq!(get(store, &key).await.as_deref(), Some(bytes), "value {index}");
    }
}

async fn overwrites_value_and_ttl<P: Future<Output = ()>>(store: &dyn Store, pass: &impl Fn(Duration) -> P) {
    let key = key("overwritten");
    store.set(&key, Bytes::from_static(b"old"), Duration::from_millis(400), SOON).await.unwrap();
    store.set(&key, Bytes::from_static(b"new"), LONG, SOON).await.unwrap();
    pass(Duration::from_millis(600)).await;
    assert_eq!(get(store, &key).await.as_deref(), Some(&b"new"[..]));
}

async fn forgets_when_the_time_is_over<P: Future<Output = ()>>(store: &dyn Store, pass: &impl Fn(Duration) -> P) {
    let key = key("short-lived");
    store.set(&key, Bytes::from_static(b"x"), Duration::from_millis(200), SOON).await.unwrap();
    pass(Duration::from_millis(400)).await;
    assert_eq!(get(store, &key).await, None);
}

async fn removes(store: &dyn Store) {
    let key = key("removed");
    store.set(&key, Bytes::from_static(b"x"), LONG, SOON).await.unwrap();
    store.remove(&key, SOON).await.unwrap();
    assert_eq!(get(store, &key).await, None);
    store.remove(&key, SOON).await.unwrap();
}

async fn keeps_keys_apart(store: &dyn Store) {
    let names = ["a", "A", "a ", "a:b", "a\0b", "ä", "{a}"];
    for name in names {
        store.set(&key(name), Bytes::copy_from_slice(name.as_bytes()), LONG, SOON).await.unwrap();
    }
    for name in names {
        assert_eq!(get(store, &key(name)).await.as_deref(), Some(name.as_bytes()));
    }
}

async fn works_again_after_close(store: &dyn Store) {
    store.close().await.unwrap();
    store.set(&key("after"), Bytes::from_static(b"x"), LONG, SOON).await.unwrap();
    assert!(get(store, &key("after")).await.is_some());
}
