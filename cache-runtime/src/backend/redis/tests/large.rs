//! Large values: on a connection of their own, in pieces that belong together.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use cache_tests::{Direction, Fault, FaultProxy, RedisServer, eventually};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::support::{Ears, SOON, calls, get, key, kill, patient, store, value};
use crate::backend::redis::RedisStore;
use crate::error::ErrorKind;
use crate::key::Key;
use crate::store::{Found, Listener, Query, Store, Tags};

const PIECE: usize = 256 << 10;
const LARGE: usize = 3 << 20;
/// So slow that [`LARGE`] takes a second, and much can happen meanwhile.
const THIN: Fault = Fault::Bandwidth(5 << 20);

/// One that no other number looks like in any part.
fn numbered(number: u64) -> Bytes {
    let mut bytes = number.to_be_bytes().repeat(LARGE / 8);
    bytes[0] = b'V';
    Bytes::from(bytes)
}

fn query(key: &Key) -> Query<'_> {
    Query { key, life: true, keep: false, tags: Tags::NONE }
}

/// A server, a thin line to it, and a store on that which knows that the value of `key` is large.
struct Stand {
    server: RedisServer,
    proxy: FaultProxy,
    store: Arc<RedisStore>,
    key: Key,
}

impl Stand {
    async fn new(patience: Duration) -> Self {
        let server = RedisServer::start();
        let proxy = FaultProxy::to(server.port());
        let store = Arc::new(patient(&server.url_on(proxy.port()), patience));
        let stand = Self { server, proxy, store, key: key("large") };
        stand.put(&value(b'a', LARGE));
        for _ in 0..2 {
            assert_eq!(get(&stand.store, &stand.key).await.unwrap().len(), LARGE);
        }
        assert_eq!(calls(&stand.server, "get"), 1, "it is known to be large");
        stand
    }

    fn put(&self, value: &[u8]) {
        self.server.command(&[b"SET".as_slice(), b"large", value, b"EX", b"600"]);
    }

    /// Begins to read, and returns when pieces are on their way.
    async fn begin(&self) -> JoinHandle<Found> {
        self.proxy.set(THIN);
        let before = calls(&self.server, "getrange");
        let (store, key) = (Arc::clone(&self.store), self.key.clone());
        let read = tokio::spawn(async move { store.get(query(&key), SOON).await.unwrap() });
        eventually(SOON, "a few pieces", async || calls(&self.server, "getrange") >= before + 5).await;
        assert!(!read.is_finished());
        read
    }
}

#[tokio::test]
async fn all_lengths_come_back_whole_with_their_life_and_their_tags() {
    let server = RedisServer::start();
    let store = store(&server.url());
    let tags = [key("tag"), key("unused")];
    let tags = Tags { every: Some(&tags[0]), own: &tags[1..] };
    let versions = store.use_tags(&key("large"), Tags { every: tags.every, own: &[] }, SOON, SOON).await.unwrap();
    let entry = key("large");
    for length in [PIECE + 1, 2 * PIECE - 1, 2 * PIECE, 2 * PIECE + 1, 3 * PIECE, 4 * PIECE + 7, LARGE] {
        let bytes = value(b'x', length);
        server.command(&[b"SET".as_slice(), b"large", &bytes, b"PX", b"600000"]);
        for (life, asked) in [(true, tags), (false, tags), (true, Tags::NONE), (false, Tags::NONE)] {
            let query = Query { key: &entry, life, keep: false, tags: asked };
            let found = store.get(query, SOON).await.unwrap();
            assert!(found.bytes.unwrap() == bytes, "{length}");
            assert_eq!(found.life.is_some_and(|life| life > Duration::from_secs(500)), life);
            assert_eq!(found.tags.to_vec(), if asked.len() == 0 { vec![] } else { vec![Some(versions[0]), None] });
        }
    }
    // One to put a tag in use, and one for each question with tags, whether they stand beside a piece or not.
    assert_eq!((calls(&server, "get"), calls(&server, "mget")), (1, 7 * 2));
}

#[tokio::test]
async fn what_becomes_small_or_nothing_or_no_string_is_found_and_read_as_it_is() {
    let stand = Stand::new(SOON).await;
    let Stand { server, store, key, .. } = &stand;
    server.command(&["DEL", "large"]);
    assert_eq!(get(store, key).await, None);
    server.command(&["RPUSH", "large", "x"]);
    assert_eq!(get(store, key).await, None);
    let lease = Bytes::from_static(b"P0123456789abcdef");
    store.set(key, lease.clone(), SOON, SOON).await.unwrap();
    assert_eq!(get(store, key).await, Some(lease.clone()));
    assert_eq!(calls(server, "get"), 1, "what is loaded now may be large again");
    assert!(store.replace(key, &lease, value(b'b', 100), SOON, SOON).await.unwrap());
    assert_eq!(get(store, key).await, Some(value(b'b', 100)));
    assert_eq!(get(store, key).await, Some(value(b'b', 100)));
    assert_eq!(calls(server, "get"), 3);
}

#[tokio::test]
async fn small_values_go_on_while_a_large_one_is_under_way() {
    let stand = Stand::new(SOON).await;
    let small = key("small");
    stand.store.set(&small, value(b's', 36), SOON, SOON).await.unwrap();
    let read = stand.begin().await;
    for _ in 0..10 {
        assert_eq!(get(&stand.store, &small).await, Some(value(b's', 36)));
    }
    assert!(!read.is_finished(), "ten small reads are not behind it");
    assert_eq!(read.await.unwrap().bytes.unwrap(), value(b'a', LARGE));
}

#[tokio::test]
async fn what_is_put_goes_there_as_well() {
    let stand = Stand::new(SOON).await;
    let (lease, small) = (Bytes::from_static(b"P0123456789abcdef"), key("small"));
    stand.store.set(&small, value(b's', 36), SOON, SOON).await.unwrap();
    for expected in [lease.clone(), value(b'a', LARGE).slice(..17)] {
        if expected == lease {
            stand.store.set(&stand.key, lease.clone(), SOON, SOON).await.unwrap();
        } else {
            stand.put(&value(b'a', LARGE));
        }
        let sent = stand.proxy.bytes_to_server();
        stand.proxy.set(THIN);
        let (store, key) = (Arc::clone(&stand.store), stand.key.clone());
        let put = tokio::spawn(async move { store.replace(&key, &expected, value(b'c', LARGE), SOON, SOON).await });
        eventually(SOON, "some of it is sent", async || stand.proxy.bytes_to_server() > sent + 100_000).await;
        for _ in 0..10 {
            assert_eq!(get(&stand.store, &small).await, Some(value(b's', 36)));
        }
        assert!(!put.is_finished(), "ten small reads are not behind it");
        assert!(put.await.unwrap().unwrap());
        stand.proxy.set(Fault::None);
        assert_eq!(get(&stand.store, &stand.key).await, Some(value(b'c', LARGE)));
    }
    assert_eq!(calls(&stand.server, "get"), 21, "whoever puts it knows that it is large");
}

/// The invalidation goes by another connection, and may overtake.
#[tokio::test]
async fn what_is_put_late_does_not_come_back_after_an_invalidation() {
    let stand = Stand::new(SOON).await;
    let lease = Bytes::from_static(b"P0123456789abcdef");
    stand.store.set(&stand.key, lease.clone(), SOON, SOON).await.unwrap();
    let sent = stand.proxy.bytes_to_server();
    stand.proxy.set(THIN);
    let (store, key) = (Arc::clone(&stand.store), stand.key.clone());
    let put = tokio::spawn(async move { store.replace(&key, &lease, value(b'c', LARGE), SOON, SOON).await });
    eventually(SOON, "some of it is sent", async || stand.proxy.bytes_to_server() > sent + 100_000).await;
    stand.store.remove(&stand.key, SOON).await.unwrap();
    assert!(!put.is_finished());
    assert!(!put.await.unwrap().unwrap(), "there is nothing to replace");
    assert_eq!(get(&stand.store, &stand.key).await, None);
}

#[tokio::test]
async fn what_is_replaced_or_removed_under_its_reader_is_read_once_more() {
    let stand = Stand::new(SOON).await;
    for (letter, length) in [(b'b', LARGE), (b'c', LARGE + PIECE), (b'd', LARGE - 2 * PIECE), (b'e', 40)] {
        stand.put(&value(b'a', LARGE));
        let read = stand.begin().await;
        stand.put(&value(letter, length));
        assert_eq!(read.await.unwrap().bytes, Some(value(letter, length)));
        stand.proxy.set(Fault::None);
        stand.put(&value(b'a', LARGE));
        get(&stand.store, &stand.key).await;
    }
    let read = stand.begin().await;
    stand.server.command(&["DEL", "large"]);
    assert_eq!(read.await.unwrap(), Found { life: None, ..Found::default() });
}

#[tokio::test]
async fn what_is_replaced_again_and_again_is_a_miss_in_the_place_of_the_last() {
    let stand = Stand::new(SOON).await;
    let mut number = 0;
    // A machine that is busy may be slower to put than to read.
    for _ in 0..20 {
        let read = stand.begin().await;
        while !read.is_finished() {
            number += 1;
            stand.put(&numbered(number));
            tokio::task::yield_now().await;
        }
        let found = read.await.unwrap().bytes.unwrap();
        if found.len() == 17 {
            assert_eq!(found[0], b'V', "only what it begins with");
            return;
        }
        let second = found[8..16].try_into().map(u64::from_be_bytes).unwrap();
        assert!(found == numbered(second), "parts of two, {second} is one of them");
    }
    panic!("it was never replaced twice under its reader");
}

#[tokio::test]
async fn what_is_no_value_of_ours_is_not_read_to_its_end() {
    let server = RedisServer::start();
    let proxy = FaultProxy::to(server.port());
    let store = store(&server.url_on(proxy.port()));
    server.command(&["SETRANGE", "large", &(100 << 20).to_string(), "x"]);
    assert!(get(&store, &key("large")).await.unwrap().len() > 100 << 20, "nobody knows that the first time");
    let before = proxy.bytes_to_client();
    assert!(get(&store, &key("large")).await.unwrap().len() > 64 << 20);
    assert!(proxy.bytes_to_client() - before < 66 << 20);
}

#[tokio::test]
async fn a_connection_that_breaks_costs_a_large_read_nothing_but_time() {
    let stand = Stand::new(SOON).await;
    let read = stand.begin().await;
    // Not the plain one, on which the last read has asked for a beginning: with that, this one ends as well, for the second time.
    let bulk = ids(&stand.server, "getrange").pop();
    kill(&stand.server, bulk.as_slice());
    assert_eq!(read.await.unwrap().bytes, Some(value(b'a', LARGE)));
    assert_eq!(calls(&stand.server, "get"), 1);
}

/// The ids of those who have given this command last, the newest at the end.
fn ids(server: &RedisServer, command: &str) -> Vec<String> {
    let list = server.command(&["CLIENT", "LIST"]).text();
    let lines = list.lines().filter(|line| line.contains(&format!("cmd={command} ")));
    let ids = lines.map(|line| line.split(' ').next().unwrap().trim_start_matches("id=").to_owned());
    let mut ids: Vec<_> = ids.collect();
    ids.sort_by_key(|id| id.parse::<u64>().unwrap());
    ids
}

#[tokio::test]
async fn an_outage_costs_one_timeout_whatever_is_under_way() {
    let patience = Duration::from_millis(400);
    let stand = Stand::new(patience).await;
    let small = key("small");
    stand.store.set(&small, value(b's', 36), SOON, SOON).await.unwrap();
    stand.proxy.set(Fault::BlackHole(Direction::Both));
    let start = Instant::now();
    let error = stand.store.get(query(&stand.key), patience).await.unwrap_err();
    assert!(start.elapsed() < 2 * patience, "{:?}", start.elapsed());
    assert!(matches!(error.kind(), ErrorKind::Timeout | ErrorKind::Unavailable));
    stand.proxy.set(Fault::None);
    eventually(SOON, "it is back", async || {
        stand.store.get(query(&stand.key), SOON).await.is_ok_and(|found| found.bytes == Some(value(b'a', LARGE)))
    })
    .await;
}

#[tokio::test]
async fn a_large_read_that_takes_too_long_does_not_open_the_breaker_of_the_others() {
    let patience = Duration::from_millis(300);
    let stand = Stand::new(patience).await;
    let small = key("small");
    stand.store.set(&small, value(b's', 36), SOON, SOON).await.unwrap();
    stand.proxy.set(Fault::Bandwidth(1 << 20));
    for _ in 0..5 {
        let late = stand.store.get(query(&stand.key), patience).await.unwrap_err();
        assert!(matches!(late.kind(), ErrorKind::Timeout | ErrorKind::Unavailable), "{late:?}");
        let found = stand.store.get(query(&small), patience).await.unwrap();
        assert_eq!(found.bytes, Some(value(b's', 36)));
    }
}

#[tokio::test]
async fn where_there_is_no_connection_more_to_be_had_one_is_enough() {
    let server = RedisServer::start();
    let (store, key) = (store(&server.url()), key("large"));
    store.ping(SOON).await.unwrap();
    // The one of the store, and one of the test.
    server.command(&["CONFIG", "SET", "maxclients", "1"]);
    let lease = Bytes::from_static(b"P0123456789abcdef");
    store.set(&key, lease.clone(), SOON, SOON).await.unwrap();
    eventually(SOON, "it is put all the same", async || {
        let within = Duration::from_secs(1);
        store.replace(&key, &lease, value(b'a', LARGE), SOON, within).await.is_ok_and(|done| done)
            || get(&store, &key).await == Some(value(b'a', LARGE))
    })
    .await;
    assert_eq!(get(&store, &key).await, Some(value(b'a', LARGE)));
}

#[tokio::test]
async fn changes_of_what_is_kept_are_told_though_it_comes_on_another_connection() {
    let server = RedisServer::start();
    let (store, entry, tags) = (store(&server.url()), key("large"), [key("tag")]);
    let ears = Arc::<Ears>::default();
    assert!(store.listen(Arc::clone(&ears) as Arc<dyn Listener>));
    let tags = Tags { every: None, own: &tags };
    store.use_tags(&entry, tags, SOON, SOON).await.unwrap();
    let query = Query { key: &entry, life: true, keep: true, tags };
    server.command(&[b"SET".as_slice(), b"large", &value(b'a', LARGE), b"EX", b"600"]);
    eventually(SOON, "a promise", async || store.get(query, SOON).await.unwrap().pledge.is_some()).await;
    for changed in ["tag", "large"] {
        let tags = calls(&server, "mget");
        ears.forget();
        let found = store.get(query, SOON).await.unwrap();
        assert!(found.pledge.is_some() && found.bytes == Some(value(b'a', LARGE)));
        assert_eq!(calls(&server, "mget"), tags + 2, "they are asked for on both connections");
        assert!(!ears.have_heard());
        server.command(&["DEL", changed]);
        eventually(SOON, changed, async || ears.have_heard()).await;
    }
}
