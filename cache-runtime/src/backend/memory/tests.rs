//! The bounds of the memory store, and what leaves it when it is full.

use super::*;
use crate::store::conformance;

const SOON: Duration = Duration::from_secs(1);
const LONG: Duration = Duration::from_secs(600);

async fn get(store: &MemoryStore, key: &Key) -> Option<Bytes> {
    store.get(Query { key, life: false, keep: false, tags: Tags::NONE }, SOON).await.unwrap().bytes
}

#[tokio::test(start_paused = true)]
async fn conforms_to_the_port() {
    conformance::suite(&MemoryStore::for_values(1 << 20, 64 << 20), tokio::time::advance).await;
}

#[tokio::test]
async fn never_holds_more_than_its_capacity() {
    let store = MemoryStore::new(1 << 20);
    for index in 0..5_000_u32 {
        let key = Key::new("bound", &index.to_string());
        let size = usize::try_from(index % 4_000).unwrap();
        store.set(&key, Bytes::from(vec![1; size]), SOON, SOON).await.unwrap();
        assert!(store.entries.weight() <= 1 << 20);
    }
    assert!(store.entries.len() > 100);
}

#[tokio::test]
async fn what_was_added_is_spared_while_it_lives() {
    let (store, lease) = (MemoryStore::for_values(1 << 10, 64 << 10), Key::new("", "lease"));
    assert!(store.add(&lease, Bytes::from_static(b"P1"), LONG, SOON).await.unwrap());
    for index in 0..5_000_u32 {
        let key = Key::new("crowd", &index.to_string());
        store.set(&key, Bytes::from(vec![1; 1_000]), LONG, SOON).await.unwrap();
    }
    assert!(store.replace(&lease, b"P1", Bytes::from_static(b"V"), LONG, SOON).await.unwrap());
}

#[tokio::test]
async fn a_value_larger_than_the_store_is_refused_and_drives_nothing_out() {
    let store = MemoryStore::new(64 << 10);
    let (small, large) = (Key::new("", "small"), Key::new("", "large"));
    store.set(&small, Bytes::from_static(b"x"), SOON, SOON).await.unwrap();
    let refused = store.set(&large, Bytes::from(vec![0; 1 << 20]), SOON, SOON).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Unstorable);
    assert!(get(&store, &large).await.is_none());
    assert!(get(&store, &small).await.is_some());
}

#[tokio::test]
async fn an_overwrite_that_is_too_large_leaves_no_older_value_behind() {
    let (store, key) = (MemoryStore::new(64 << 10), Key::new("", "grown"));
    store.set(&key, Bytes::from_static(b"old"), SOON, SOON).await.unwrap();
    store.set(&key, Bytes::from(vec![0; 1 << 20]), SOON, SOON).await.unwrap_err();
    assert!(get(&store, &key).await.is_none());
}

#[tokio::test]
async fn the_largest_value_is_kept_even_where_the_store_is_full() {
    let (largest, store) = (1 << 20, MemoryStore::for_values(1 << 20, 4 << 20));
    assert!(store.entries.num_shards() > 1);
    for index in 0..40_u32 {
        let key = Key::new("full", &index.to_string());
        store.set(&key, Bytes::from(vec![1; largest]), SOON, SOON).await.unwrap();
        assert_eq!(get(&store, &key).await.map(|kept| kept.len()), Some(largest));
    }
}

#[tokio::test]
async fn what_is_not_refused_is_kept() {
    for capacity in [1_000, 12_345, 64 << 10, 1 << 20] {
        let (store, key) = (MemoryStore::for_values(1 << 10, capacity), Key::new("", "edge"));
        let fits = usize::try_from(store.heaviest.unwrap() - OVERHEAD).unwrap() - key.as_str().len();
        store.set(&key, Bytes::from(vec![1; fits]), SOON, SOON).await.unwrap();
        assert!(get(&store, &key).await.is_some(), "{capacity}");
        store.set(&key, Bytes::from(vec![1; fits + 1]), SOON, SOON).await.unwrap_err();
    }
}

#[tokio::test]
async fn without_room_everything_is_dropped_and_nothing_refused() {
    let (store, key) = (MemoryStore::new(0), Key::new("", "nowhere"));
    store.set(&key, Bytes::from_static(b"x"), SOON, SOON).await.unwrap();
    assert!(get(&store, &key).await.is_none());
}

#[test]
fn small_values_have_many_shards_and_large_ones_few() {
    let counts = [1 << 10, 1 << 20, 16 << 20, 60 << 20, usize::MAX].map(|largest| shards(largest, 64 << 20));
    assert_eq!(counts, [64, 32, 2, 1, 1]);
}
