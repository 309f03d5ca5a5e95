//! More questions than a slow server has room for.

use std::time::Duration;

use bytes::Bytes;
use cache_tests::{RedisCluster, RedisServer};
use futures_util::FutureExt;
use futures_util::future::join_all;

use super::support::{get, key, patient};
use crate::backend::redis::RedisStore;
use crate::backend::redis::large::LARGE;
use crate::error::{Error, ErrorKind};
use crate::key::Key;
use crate::store::{Answer, Query, Store, Tags};

/// So many of each kind may be under way on a connection.
const MOST: usize = 16 << 10;
const TTL: Duration = Duration::from_secs(60);
/// Longer than it takes to ask so many questions on a busy machine.
const LONG: Duration = Duration::from_secs(60);
const TOKEN: &[u8] = b"P0123456789012345";

fn query(key: &Key) -> Query<'_> {
    Query { key, life: false, keep: false, tags: Tags::NONE }
}

/// Begins as many as there is room for, as far as each goes by itself: none of them is done.
fn all_wait<'a, T>(begin: impl Fn() -> Answer<'a, T>) -> Vec<Answer<'a, T>> {
    let mut waiting = Vec::new();
    loop {
        let mut answer = begin();
        match (&mut answer).now_or_never() {
            None => waiting.push(answer),
            Some(ended) => {
                assert_eq!(ended.err().map(|error| error.kind()), Some(ErrorKind::Overloaded));
                return waiting;
            }
        }
    }
}

fn is_refused<T>(answer: Answer<'_, T>) -> bool {
    let ended = answer.now_or_never().and_then(Result::err);
    ended.as_ref().map(Error::kind) == Some(ErrorKind::Overloaded)
}

fn slow(url: &str) -> RedisStore {
    patient(url, LONG)
}

async fn ready(store: &RedisStore) {
    store.ping(LONG).await.unwrap();
}

#[tokio::test]
async fn what_a_frozen_server_has_no_room_for_is_refused_at_once_and_what_waits_is_done_when_it_thaws() {
    let server = RedisServer::start();
    let (store, key, other) = (slow(&server.url()), key("lease"), key("other"));
    ready(&store).await;
    server.freeze();
    let bytes = || Bytes::from_static(TOKEN);
    let waiting = all_wait(|| store.add(&key, bytes(), TTL, LONG));
    assert_eq!(waiting.len(), MOST);
    assert!(is_refused(store.add(&other, bytes(), TTL, LONG)));
    assert!(is_refused(store.set(&other, bytes(), TTL, LONG)));
    assert!(is_refused(store.replace(&other, TOKEN, bytes(), TTL, LONG)));
    assert!(is_refused(store.remove_if(&other, TOKEN, LONG)));
    assert!(is_refused(store.use_tags(&other, Tags { every: Some(&key), own: &[] }, TTL, LONG)));
    let waited = store.changed(&key, TOKEN, LONG).await;
    assert_eq!(waited.unwrap_err().kind(), ErrorKind::Overloaded, "nobody waits who cannot ask");
    server.thaw();
    let granted = join_all(waiting).await.into_iter().filter(|granted| *granted.as_ref().unwrap()).count();
    assert_eq!(granted, 1);
    assert!(store.add(&other, bytes(), TTL, LONG).await.unwrap());
}

#[tokio::test]
async fn nothing_keeps_invalidations_out_but_themselves() {
    let server = RedisServer::start();
    let (store, key) = (slow(&server.url()), key("entry"));
    ready(&store).await;
    store.set(&key, Bytes::from_static(TOKEN), TTL, LONG).await.unwrap();
    server.freeze();
    let reads = all_wait(|| store.get(query(&key), LONG));
    let others = all_wait(|| store.replace(&key, TOKEN, Bytes::from_static(TOKEN), TTL, LONG));
    let removals = all_wait(|| store.remove(&key, LONG));
    assert_eq!(removals.len(), MOST);
    drop((others, reads));
    server.thaw();
    assert!(join_all(removals).await.iter().all(Result::is_ok));
    assert_eq!(get(&store, &key).await, None);
}

#[tokio::test]
async fn large_reads_that_wait_for_their_turn_are_counted() {
    let server = RedisServer::start();
    let (store, key) = (slow(&server.url()), key("large"));
    let mut value = vec![b'x'; 2 * LARGE];
    value[0] = b'V';
    server.command(&[b"SET".as_slice(), b"large", &value]);
    for _ in 0..2 {
        assert_eq!(get(&store, &key).await.unwrap().len(), value.len());
    }
    server.freeze();
    let waiting = all_wait(|| store.get(query(&key), LONG));
    assert_eq!(waiting.len(), MOST);
    drop(waiting);
    server.thaw();
    assert_eq!(get(&store, &key).await.unwrap().len(), value.len());
}

#[tokio::test]
async fn a_node_that_is_slow_is_nothing_to_the_others() {
    let cluster = RedisCluster::start();
    let (store, entry) = (slow(&cluster.url()), key("entry"));
    ready(&store).await;
    let node = cluster.primary_of(entry.as_str());
    let elsewhere = (0..).map(|number| key(&format!("key:{number}")));
    let elsewhere = elsewhere.into_iter().find(|key| cluster.primary_of(key.as_str()).port() != node.port()).unwrap();
    node.freeze();
    let waiting = all_wait(|| store.get(query(&entry), LONG));
    assert_eq!(waiting.len(), MOST);
    let mut removal = store.remove(&entry, LONG);
    assert!((&mut removal).now_or_never().is_none());
    assert_eq!(get(&store, &elsewhere).await, None);
    drop(waiting);
    node.thaw();
    removal.await.unwrap();
    assert_eq!(get(&store, &entry).await, None);
}
