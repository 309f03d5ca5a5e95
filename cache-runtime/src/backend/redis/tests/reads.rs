//! Reads that go together.

use std::time::Duration;

use bytes::Bytes;
use cache_tests::{Direction, Fault, FaultProxy, RedisServer};
use futures_util::future::join_all;

use super::support::{SOON, calls, key, patient, store};
use crate::backend::redis::RedisStore;
use crate::error::{Error, ErrorKind};
use crate::key::Key;
use crate::store::{Found, Query, Store, Tags};

const MANY: usize = 1000;

fn plain(key: &Key) -> Query<'_> {
    Query { key, life: false, keep: false, tags: Tags::NONE }
}

/// So many reads at a time, as often as it takes until there is somebody who sends them together.
async fn together(store: &RedisStore, queries: &[Query<'_>], within: Duration) -> Vec<Result<Found, Error>> {
    join_all(queries.iter().map(|query| store.get(*query, within))).await
}

async fn found(store: &RedisStore, queries: &[Query<'_>]) -> Vec<Found> {
    together(store, queries, SOON).await.into_iter().map(Result::unwrap).collect()
}

fn keys(count: usize) -> Vec<Key> {
    (0..count).map(|number| key(&format!("key:{number}"))).collect()
}

async fn filled(store: &RedisStore, keys: &[Key]) {
    for (number, key) in keys.iter().enumerate() {
        store.set(key, Bytes::from(number.to_string()), SOON, SOON).await.unwrap();
    }
}

/// From here on, reads go together.
async fn warm(store: &RedisStore) {
    let key = key("warm");
    together(store, &[plain(&key); 100], SOON).await;
}

#[tokio::test]
async fn each_has_the_answer_to_its_own_question_and_few_commands_are_sent() {
    let server = RedisServer::start();
    let (store, keys) = (store(&server.url()), keys(MANY));
    filled(&store, keys.get(..MANY / 2).unwrap()).await;
    warm(&store).await;
    let before = calls(&server, "get") + calls(&server, "mget");
    let queries: Vec<_> = keys.iter().map(plain).collect();
    for (number, found) in found(&store, &queries).await.into_iter().enumerate() {
        let expected = (number < MANY / 2).then(|| Bytes::from(number.to_string()));
        assert_eq!(found.bytes, expected);
    }
    let commands = calls(&server, "get") + calls(&server, "mget") - before;
    assert!(commands <= 20, "{commands} commands were sent for {MANY} reads");
}

#[tokio::test]
async fn lives_and_tags_come_to_whom_they_belong() {
    let server = RedisServer::start();
    let (store, keys) = (store(&server.url()), keys(200));
    filled(&store, &keys).await;
    let (every, own) = (key("every"), [key("a"), key("b"), key("nobody's")]);
    let used = Tags { every: Some(&every), own: own.get(..2).unwrap() };
    let versions = store.use_tags(&keys[0], used, SOON, SOON).await.unwrap();
    warm(&store).await;
    let query = |number: usize, key| {
        let tags = match number % 4 {
            0 => Tags::NONE,
            1 => Tags { every: Some(&every), own: &[] },
            2 => Tags { every: None, own: own.get(1..).unwrap() },
            _ => Tags { every: Some(&every), own: own.get(..1).unwrap() },
        };
        Query { key, life: number.is_multiple_of(3), keep: false, tags }
    };
    let queries: Vec<_> = keys.iter().enumerate().map(|(number, key)| query(number, key)).collect();
    let [every, a, b] = <[_; 3]>::try_from(versions).unwrap().map(Some);
    for (number, found) in found(&store, &queries).await.into_iter().enumerate() {
        assert_eq!(found.bytes, Some(Bytes::from(number.to_string())));
        assert_eq!(found.life.is_some(), number % 3 == 0, "{found:?}");
        assert!(found.life.is_none_or(|life| life <= SOON && life > SOON / 2), "{found:?}");
        let expected = [vec![], vec![every], vec![b, None], vec![every, a]];
        assert_eq!(found.tags.as_slice(), expected[number % 4]);
    }
}

#[tokio::test]
async fn a_key_that_many_ask_for_is_read_once() {
    let server = RedisServer::start();
    let (store, keys) = (store(&server.url()), keys(1));
    filled(&store, &keys).await;
    warm(&store).await;
    let hits = || {
        let stats = server.command(&["INFO", "stats"]).text();
        let line = stats.lines().find_map(|line| line.strip_prefix("keyspace_hits:")).unwrap();
        line.parse::<u64>().unwrap()
    };
    let before = hits();
    let answers = found(&store, &vec![plain(&keys[0]); MANY]).await;
    assert!(answers.iter().all(|found| found.bytes.as_deref() == Some(b"0")));
    let read = hits() - before;
    assert!(read <= 20, "it was read {read} times for {MANY} who asked");
}

#[tokio::test]
async fn one_that_the_server_refuses_spoils_no_other() {
    let server = RedisServer::start();
    let (store, keys) = (store(&server.url()), keys(100));
    filled(&store, &keys).await;
    server.command(&["RPUSH", "list", "x"]);
    warm(&store).await;
    server.permit("resetkeys ~key:* ~list");
    let (list, forbidden) = (key("list"), key("forbidden"));
    let mut queries: Vec<_> = keys.iter().map(plain).collect();
    queries.extend([plain(&list), plain(&forbidden)]);
    let mut answers = together(&store, &queries, SOON).await;
    assert_eq!(answers.pop().unwrap().unwrap_err().kind(), ErrorKind::Refused);
    assert_eq!(answers.pop().unwrap().unwrap().bytes, None, "what is no string is nothing");
    for (number, found) in answers.into_iter().enumerate() {
        assert_eq!(found.unwrap().bytes, Some(Bytes::from(number.to_string())));
    }
}

#[tokio::test]
async fn who_leaves_takes_nobody_along() {
    let server = RedisServer::start();
    let (store, keys) = (store(&server.url()), keys(MANY));
    filled(&store, &keys).await;
    warm(&store).await;
    for _ in 0..20 {
        // Each second one is gone before it is sent.
        let reads: Vec<_> = keys.iter().map(|key| store.get(plain(key), SOON)).collect();
        let stay: Vec<_> = reads.into_iter().step_by(2).collect();
        for (number, found) in join_all(stay).await.into_iter().enumerate() {
            assert_eq!(found.unwrap().bytes, Some(Bytes::from((2 * number).to_string())));
        }
    }
}

#[tokio::test]
async fn behind_a_network_that_swallows_everything_all_have_an_error_in_time() {
    let server = RedisServer::start();
    let proxy = FaultProxy::to(server.port());
    let patience = Duration::from_millis(500);
    let store = patient(&server.url_on(proxy.port()), patience);
    warm(&store).await;
    proxy.set(Fault::BlackHole(Direction::Both));
    let keys = keys(MANY);
    let queries: Vec<_> = keys.iter().map(plain).collect();
    let answers =
        tokio::time::timeout(SOON, together(&store, &queries, patience)).await.expect("nobody waits for ever");
    for answer in answers {
        assert!(matches!(answer.unwrap_err().kind(), ErrorKind::Timeout | ErrorKind::Unavailable));
    }
    proxy.set(Fault::None);
    while store.get(plain(&keys[0]), patience).await.is_err() {
        tokio::task::yield_now().await;
    }
    assert!(together(&store, &queries, patience).await.iter().all(Result::is_ok));
}

#[tokio::test]
async fn a_connection_that_breaks_under_many_is_made_again_for_all() {
    let server = RedisServer::start();
    let proxy = FaultProxy::to(server.port());
    let (store, keys) = (store(&server.url_on(proxy.port())), keys(MANY));
    filled(&store, &keys).await;
    warm(&store).await;
    let queries: Vec<_> = keys.iter().map(plain).collect();
    for _ in 0..5 {
        proxy.set(Fault::Reset);
        proxy.set(Fault::None);
        for (number, found) in found(&store, &queries).await.into_iter().enumerate() {
            assert_eq!(found.bytes, Some(Bytes::from(number.to_string())));
        }
    }
}

#[tokio::test]
async fn more_than_can_wait_are_sent_home_at_once() {
    let server = RedisServer::start();
    let proxy = FaultProxy::to(server.port());
    let store = patient(&server.url_on(proxy.port()), Duration::from_secs(2));
    warm(&store).await;
    proxy.set(Fault::BlackHole(Direction::Both));
    let key = key("key");
    let answers = together(&store, &vec![plain(&key); 20_000], Duration::from_secs(2)).await;
    let kinds: Vec<_> = answers.into_iter().map(|answer| answer.unwrap_err().kind()).collect();
    let refused = kinds.iter().filter(|kind| **kind == ErrorKind::Overloaded).count();
    assert_eq!(refused, 20_000 - (16 << 10));
    proxy.set(Fault::None);
    while store.get(plain(&key), SOON).await.is_err() {
        tokio::task::yield_now().await;
    }
}

#[test]
fn each_runtime_has_its_own() {
    let server = RedisServer::start();
    let (store, keys) = (store(&server.url()), keys(200));
    let queries: Vec<_> = keys.iter().map(plain).collect();
    for _ in 0..3 {
        let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (first, second) = (runtime(), runtime());
        for runtime in [&first, &second, &first] {
            runtime.block_on(async {
                warm(&store).await;
                assert_eq!(found(&store, &queries).await.len(), queries.len());
            });
        }
    }
}
