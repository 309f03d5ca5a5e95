//! The behaviours that every [`Store`] shows, run against each backend by its own tests.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;

use super::{Found, Query, Store, Tags};
use crate::key::Key;

const SOON: Duration = Duration::from_secs(5);
const LONG: Duration = Duration::from_secs(600);

/// Something that happens to a key.
type Changing<'a> = Box<dyn Fn(&'a Key) -> Pin<Box<dyn Future<Output = ()> + 'a>> + 'a>;

/// Runs the whole suite. `pass(d)` lets the time `d` pass for the store.
pub(crate) async fn suite<P: Future<Output = ()>>(store: &dyn Store, pass: impl Fn(Duration) -> P) {
    answers_a_ping(store).await;
    has_nothing_at_a_new_key(store).await;
    returns_the_bytes_it_was_given(store).await;
    overwrites_value_and_ttl(store, &pass).await;
    forgets_when_the_time_is_over(store, &pass).await;
    removes(store).await;
    keeps_keys_apart(store).await;
    says_how_long_an_entry_lives(store, &pass).await;
    adds_only_where_nothing_is(store, &pass).await;
    replaces_only_what_is_expected(store, &pass).await;
    removes_only_what_is_expected(store).await;
    keeps_the_version_of_a_tag_in_use(store, &pass).await;
    never_shortens_the_life_of_a_tag(store, &pass).await;
    keeps_the_version_of_the_tag_of_every_entry_first(store).await;
    tells_of_a_change(store, &pass).await;
    returns_when_there_is_nothing_to_wait_for(store).await;
    waits_no_longer_than_it_was_told(store, &pass).await;
    works_again_after_close(store).await;
}

fn key(text: &str) -> Key {
    Key::new("conformance", text)
}

async fn get(store: &dyn Store, key: &Key) -> Option<Bytes> {
    store.get(Query { key, life: false, keep: false, tags: Tags::NONE }, SOON).await.unwrap().bytes
}

async fn ask(store: &dyn Store, key: &Key, tags: &[Key]) -> Found {
    store.get(Query { key, life: true, keep: false, tags: own(tags) }, SOON).await.unwrap()
}

fn own(tags: &[Key]) -> Tags<'_> {
    Tags { every: None, own: tags }
}

async fn put(store: &dyn Store, key: &Key, bytes: &'static [u8]) {
    store.set(key, Bytes::from_static(bytes), LONG, SOON).await.unwrap();
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

async fn says_how_long_an_entry_lives<P: Future<Output = ()>>(store: &dyn Store, pass: &impl Fn(Duration) -> P) {
    let key = key("aging");
    assert_eq!(ask(store, &key, &[]).await, Found::nothing(0));
    put(store, &key, b"x").await;
    let young = ask(store, &key, &[]).await;
    assert_eq!(young.bytes.as_deref(), Some(&b"x"[..]));
    pass(Duration::from_millis(300)).await;
    let (young, old) = (young.life.unwrap(), ask(store, &key, &[]).await.life.unwrap());
    assert!(young <= LONG && old + Duration::from_millis(300) <= young, "{young:?}, then {old:?}");
}

async fn adds_only_where_nothing_is<P: Future<Output = ()>>(store: &dyn Store, pass: &impl Fn(Duration) -> P) {
    let (key, short) = (key("added"), Duration::from_millis(200));
    let add = |bytes, ttl| store.add(&key, Bytes::from_static(bytes), ttl, SOON);
    assert!(add(b"one", short).await.unwrap());
    pass(short * 2).await;
    assert!(add(b"two", LONG).await.unwrap());
    assert!(!add(b"three", LONG).await.unwrap());
    assert_eq!(get(store, &key).await.as_deref(), Some(&b"two"[..]));
}

async fn replaces_only_what_is_expected<P: Future<Output = ()>>(store: &dyn Store, pass: &impl Fn(Duration) -> P) {
    let key = key("replaced");
    let replace =
        |expected: &'static [u8], ttl| store.replace(&key, expected, Bytes::from_static(b"V2 new"), ttl, SOON);
    assert!(!replace(b"V1", LONG).await.unwrap(), "there is nothing");
    assert_eq!(get(store, &key).await, None);
    put(store, &key, b"V1 \0\xFF old").await;
    for other in [&b"V2"[..], b"V1 \0\xFF older", b"1"] {
        assert!(!replace(other, LONG).await.unwrap(), "{other:?}");
    }
    assert!(replace(b"V1 \0\xFF", Duration::from_millis(200)).await.unwrap());
    assert!(!replace(b"V1 \0\xFF", LONG).await.unwrap(), "it was replaced before");
    assert_eq!(get(store, &key).await.as_deref(), Some(&b"V2 new"[..]));
    pass(Duration::from_millis(400)).await;
    assert_eq!(get(store, &key).await, None, "with a life of its own");
}

async fn removes_only_what_is_expected(store: &dyn Store) {
    let key = key("removed if");
    let remove = |expected| store.remove_if(&key, expected, SOON);
    assert!(!remove(b"V").await.unwrap(), "there is nothing");
    put(store, &key, b"V1 old").await;
    assert!(!remove(b"V2").await.unwrap());
    assert_eq!(get(store, &key).await.as_deref(), Some(&b"V1 old"[..]));
    assert!(remove(b"V1").await.unwrap());
    assert_eq!(get(store, &key).await, None);
}

async fn keeps_the_version_of_a_tag_in_use<P: Future<Output = ()>>(store: &dyn Store, pass: &impl Fn(Duration) -> P) {
    let (entry, tags) = (key("tagged"), [key("tag 1"), key("tag 2")]);
    let (short, half) = (Duration::from_millis(1500), Duration::from_millis(800));
    let versions = async |ttl| store.use_tags(&entry, own(&tags), ttl, SOON).await.unwrap();
    put(store, &entry, b"x").await;
    assert_eq!(ask(store, &entry, &tags).await.tags.to_vec(), [None, None]);
    let first = versions(short).await;
    assert_ne!(first[0], first[1]);
    pass(half).await;
    assert_eq!(versions(short).await, first);
    pass(half).await;
    let seen = ask(store, &entry, &tags).await;
    assert_eq!(seen.tags.to_vec(), [Some(first[0]), Some(first[1])], "it is kept from its last use on");
    assert_eq!(seen.bytes.as_deref(), Some(&b"x"[..]));
    store.remove(&tags[0], SOON).await.unwrap();
    assert_eq!(ask(store, &entry, &tags).await.tags.to_vec(), [None, Some(first[1])]);
    let second = versions(short).await;
    assert!(second[0] != first[0] && second[1] == first[1]);
}

async fn never_shortens_the_life_of_a_tag<P: Future<Output = ()>>(store: &dyn Store, pass: &impl Fn(Duration) -> P) {
    let (entry, tags) = (key("tagged for long"), [key("tag 4"), key("tag 5")]);
    let short = Duration::from_millis(200);
    let long = store.use_tags(&entry, own(&tags[..1]), LONG, SOON).await.unwrap();
    let both = store.use_tags(&entry, own(&tags), short, SOON).await.unwrap();
    assert_eq!(both[0], long[0]);
    // A store may give it more than it was asked for.
    pass(short * 3).await;
    assert_eq!(ask(store, &entry, &tags).await.tags.to_vec(), [Some(both[0]), None]);
}

async fn keeps_the_version_of_the_tag_of_every_entry_first(store: &dyn Store) {
    let (entry, every, other) = (key("tagged twice"), key("every"), [key("tag 3")]);
    let tags = Tags { every: Some(&every), own: &other };
    put(store, &entry, b"x").await;
    let versions = store.use_tags(&entry, tags, LONG, SOON).await.unwrap();
    let seen = store.get(Query { key: &entry, life: false, keep: false, tags }, SOON).await.unwrap();
    assert_eq!(seen.tags.to_vec(), [Some(versions[0]), Some(versions[1])]);
    store.remove(&every, SOON).await.unwrap();
    let seen = store.get(Query { key: &entry, life: false, keep: false, tags }, SOON).await.unwrap();
    assert_eq!(seen.tags.to_vec(), [None, Some(versions[1])]);
}

async fn tells_of_a_change<P: Future<Output = ()>>(store: &dyn Store, pass: &impl Fn(Duration) -> P) {
    let key = key("watched");
    let new = || Bytes::from_static(b"V new");
    let changes: [(&str, Changing<'_>); 5] = [
        ("set", Box::new(|key| Box::pin(async move { store.set(key, new(), LONG, SOON).await.unwrap() }))),
        ("remove", Box::new(|key| Box::pin(async move { store.remove(key, SOON).await.unwrap() }))),
        (
            "replace",
            Box::new(|key| {
                Box::pin(async move { assert!(store.replace(key, b"P", new(), LONG, SOON).await.unwrap()) })
            }),
        ),
        (
            "remove_if",
            Box::new(|key| Box::pin(async move { assert!(store.remove_if(key, b"P", SOON).await.unwrap()) })),
        ),
        ("time", Box::new(|_| Box::pin(pass(Duration::from_millis(300))))),
    ];
    for (name, change) in changes {
        let life = if name == "time" { Duration::from_millis(200) } else { LONG };
        store.set(&key, Bytes::from_static(b"P old"), life, SOON).await.unwrap();
        // It may return early, and does for whoever has missed nothing.
        let within = if name == "time" { life } else { LONG };
        let wait = async {
            while get(store, &key).await.is_some_and(|now| now.starts_with(b"P")) {
                store.changed(&key, b"P", within).await.unwrap();
            }
        };
        tokio::join!(wait, change(&key));
    }
}

async fn returns_when_there_is_nothing_to_wait_for(store: &dyn Store) {
    let key = key("not watched");
    store.changed(&key, b"P", LONG).await.unwrap();
    put(store, &key, b"V").await;
    store.changed(&key, b"P", LONG).await.unwrap();
}

async fn waits_no_longer_than_it_was_told<P: Future<Output = ()>>(store: &dyn Store, pass: &impl Fn(Duration) -> P) {
    let key = key("watched in vain");
    put(store, &key, b"P").await;
    let (waited, ()) =
        tokio::join!(store.changed(&key, b"P", Duration::from_millis(100)), pass(Duration::from_millis(200)));
    waited.unwrap();
}

async fn works_again_after_close(store: &dyn Store) {
    store.close().await.unwrap();
    store.set(&key("after"), Bytes::from_static(b"x"), LONG, SOON).await.unwrap();
    assert!(get(store, &key("after")).await.is_some());
}
