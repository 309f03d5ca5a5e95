//! The port on a real cluster.

use bytes::Bytes;
use cache_tests::RedisCluster;

use super::support::{SOON, get, key, store};
use crate::key::Key;
use crate::store::{Query, Store, Tags, conformance};

#[tokio::test]
async fn conforms_to_the_port() {
    let cluster = RedisCluster::start();
    conformance::suite(&store(&cluster.url()), tokio::time::sleep).await;
}

#[tokio::test]
async fn what_is_no_string_is_nothing_beside_its_tags_too() {
    let cluster = RedisCluster::start();
    let (store, entry, tags) = (store(&cluster.url()), key("taken"), ["a", "b", "c", "d"].map(key));
    cluster.command(&["RPUSH", "taken", "x"]);
    cluster.command(&["RPUSH", "c", "x"]);
    let own = Tags { every: None, own: &tags[..2] };
    let versions = store.use_tags(&entry, own, SOON, SOON).await.unwrap();
    let query = Query { key: &entry, life: true, keep: false, tags: Tags { every: None, own: &tags } };
    let found = store.get(query, SOON).await.unwrap();
    assert_eq!((found.bytes, found.life), (None, None));
    assert_eq!(found.tags.to_vec(), [Some(versions[0]), Some(versions[1]), None, None]);
    store.set(&entry, Bytes::from_static(b"mine"), SOON, SOON).await.unwrap();
    assert_eq!(get(&store, &entry).await.as_deref(), Some(&b"mine"[..]));
}

#[tokio::test]
async fn the_tag_of_all_entries_is_where_they_are_and_is_removed_everywhere() {
    let cluster = RedisCluster::start();
    let (store, every) = (store(&cluster.url()), Key::of_everything(""));
    let entries: Vec<_> = (0..200).map(|number| key(&format!("entry {number}"))).collect();
    let tags = Tags { every: Some(&every), own: &[] };
    let seen = async |entry: &Key| {
        let query = Query { key: entry, life: false, keep: false, tags };
        store.get(query, SOON).await.unwrap().tags.to_vec()
    };
    let mut versions = Vec::new();
    for entry in &entries {
        let version = store.use_tags(entry, tags, SOON, SOON).await.unwrap();
        assert_eq!(seen(entry).await, [Some(version[0])]);
        versions.extend(version);
    }
    versions.sort_unstable();
    versions.dedup();
    assert!((2..=64).contains(&versions.len()), "it has parts: {}", versions.len());
    for node in &cluster.nodes()[..3] {
        assert!(node.command(&["DBSIZE"]).integer() >= 10, "each primary has its share");
    }
    store.remove(&every, SOON).await.unwrap();
    for entry in &entries {
        assert_eq!(seen(entry).await, [None]);
    }
}
