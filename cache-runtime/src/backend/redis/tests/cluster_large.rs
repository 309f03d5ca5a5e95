//! Large values in a cluster: in pieces, on a connection of their own to the node that has them.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use cache_tests::{RedisCluster, RedisServer, eventually};

use super::support::{Ears, SOON, calls, get, key, store, value};
use crate::error::ErrorKind;
use crate::store::{Listener, Query, Store, Tags};

const LARGE: usize = 3 << 20;

fn put(cluster: &RedisCluster, value: &[u8]) {
    cluster.command(&[b"SET".as_slice(), b"large", value, b"EX", b"600"]);
}

/// How often the value was read whole there, and whether pieces of it were.
fn reads(node: &RedisServer) -> (u64, bool) {
    (calls(node, "get"), calls(node, "getrange") > 40)
}

#[tokio::test]
async fn they_come_back_whole_with_their_life_and_their_tags() {
    let cluster = RedisCluster::start();
    let (store, entry) = (store(&cluster.url()), key("large"));
    // In other slots, as nearly all are.
    let tags = [key("every"), key("a"), key("unused")];
    let used = Tags { every: Some(&tags[0]), own: &tags[1..2] };
    let versions = store.use_tags(&entry, used, SOON, SOON).await.unwrap();
    put(&cluster, &value(b'a', LARGE));
    let before = calls(cluster.primary_of("large"), "getrange");
    for (life, own) in [(true, &tags[1..]), (false, &tags[1..]), (true, &[]), (false, &[])] {
        let query = Query { key: &entry, life, keep: false, tags: Tags { every: used.every, own } };
        let found = store.get(query, SOON).await.unwrap();
        assert!(found.bytes.unwrap() == value(b'a', LARGE));
        assert_eq!(found.life.is_some_and(|life| life > Duration::from_secs(500)), life);
        let expected = [Some(versions[0]), Some(versions[1]), None];
        assert_eq!(*found.tags, expected[..=own.len()]);
    }
    let pieces = calls(cluster.primary_of("large"), "getrange") - before;
    assert!(pieces >= 3 * 48, "{pieces} pieces in three reads");
}

#[tokio::test]
async fn what_is_put_goes_there_as_well_and_is_known_to_be_large() {
    let cluster = RedisCluster::start();
    let (store, entry, lease) = (store(&cluster.url()), key("large"), Bytes::from_static(b"P0123456789abcdef"));
    store.set(&entry, lease.clone(), SOON, SOON).await.unwrap();
    assert!(store.replace(&entry, &lease, value(b'b', LARGE), SOON, SOON).await.unwrap());
    assert_eq!(get(&store, &entry).await, Some(value(b'b', LARGE)));
    assert_eq!(reads(cluster.primary_of("large")), (0, true));
    assert!(!store.replace(&entry, &lease, value(b'c', LARGE), SOON, SOON).await.unwrap());
}

#[tokio::test]
async fn they_are_found_and_replaced_where_their_slot_has_moved() {
    let cluster = RedisCluster::start();
    let (store, entry) = (store(&cluster.url()), key("large"));
    put(&cluster, &value(b'a', LARGE));
    for _ in 0..2 {
        assert_eq!(get(&store, &entry).await, Some(value(b'a', LARGE)));
    }
    let migration = cluster.migrate_slot_of("large");
    migration.move_keys();
    assert_eq!(get(&store, &entry).await, Some(value(b'a', LARGE)));
    let replaced = |from: u8, to: u8| {
        let (store, entry) = (&store, &entry);
        async move { store.replace(entry, &value(from, LARGE)[..17], value(to, LARGE), SOON, SOON).await.unwrap() }
    };
    assert!(replaced(b'a', b'b').await);
    migration.finish();
    assert!(replaced(b'b', b'c').await);
    for _ in 0..3 {
        assert_eq!(get(&store, &entry).await, Some(value(b'c', LARGE)));
    }
    let (_, in_pieces) = reads(cluster.primary_of("large"));
    assert!(in_pieces, "the new node is asked for pieces, too");
}

#[tokio::test]
async fn what_has_not_come_in_time_is_asked_for_its_size() {
    let cluster = RedisCluster::start();
    let (store, entry) = (store(&cluster.url()), key("large"));
    put(&cluster, &value(b'a', LARGE));
    store.ping(SOON).await.unwrap();
    let query = Query { key: &entry, life: false, keep: false, tags: Tags::NONE };
    assert_eq!(store.get(query, Duration::ZERO).await.unwrap_err().kind(), ErrorKind::Timeout);
    let (before, _) = reads(cluster.primary_of("large"));
    assert_eq!(get(&store, &entry).await, Some(value(b'a', LARGE)));
    assert_eq!(reads(cluster.primary_of("large")), (before, true));
}

#[tokio::test]
async fn changes_of_what_is_kept_are_told_though_it_comes_on_another_connection() {
    let cluster = RedisCluster::start();
    let (store, entry, tags) = (store(&cluster.url()), key("large"), [key("tag")]);
    let ears = Arc::<Ears>::default();
    assert!(store.listen(Arc::clone(&ears) as Arc<dyn Listener>));
    let tags = Tags { every: None, own: &tags };
    store.use_tags(&entry, tags, SOON, SOON).await.unwrap();
    let query = Query { key: &entry, life: true, keep: true, tags };
    put(&cluster, &value(b'a', LARGE));
    let promised = async || store.get(query, SOON).await.unwrap().pledge.is_some();
    for changed in ["tag", "large"] {
        eventually(SOON, "a promise", &promised).await;
        ears.forget();
        let found = store.get(query, SOON).await.unwrap();
        assert!(found.pledge.is_some() && found.bytes == Some(value(b'a', LARGE)));
        assert!(!ears.have_heard());
        cluster.command(&["DEL", changed]);
        eventually(SOON, changed, async || ears.have_heard()).await;
    }
    assert!(reads(cluster.primary_of("large")).1);
}
