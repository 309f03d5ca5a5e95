//! What has not come in time may be large, without anybody having seen that.

use std::time::Duration;

use bytes::Bytes;
use cache_tests::{Fault, FaultProxy, RedisServer, eventually};
use futures_util::future::join_all;

use super::log;
use super::support::{SOON, calls, get, key, patient, store, value};
use crate::backend::redis::RedisStore;
use crate::error::{Error, ErrorKind};
use crate::key::Key;
use crate::store::{Query, Store, Tags};

/// Longer than a busy machine holds up a read that nothing is the matter with.
const PATIENCE: Duration = Duration::from_secs(1);

async fn read(store: &RedisStore, key: &Key, within: Duration) -> Result<Option<Bytes>, Error> {
    let query = Query { key, life: false, keep: false, tags: Tags::NONE };
    store.get(query, within).await.map(|found| found.bytes)
}

#[tokio::test]
async fn a_value_that_never_comes_in_time_holds_up_the_others_once() {
    let server = RedisServer::start();
    let proxy = FaultProxy::to(server.port());
    let store = patient(&server.url_on(proxy.port()), PATIENCE);
    let (large, small) = (key("large"), key("small"));
    let (log, _listening) = log::listen();
    server.command(&[b"SET".as_slice(), b"large", &value(b'x', 6 << 20)]);
    server.command(&[b"SET".as_slice(), b"small", &value(b'x', 36)]);
    eventually(SOON, "a connection", async || store.ping(PATIENCE).await.is_ok()).await;
    proxy.set(Fault::Bandwidth(1 << 20));
    read(&store, &large, PATIENCE).await.unwrap_err();
    eventually(SOON, "the others go on", async || read(&store, &small, PATIENCE).await.is_ok()).await;
    for _ in 0..3 {
        let late = read(&store, &large, PATIENCE).await.unwrap_err();
        assert!(matches!(late.kind(), ErrorKind::Timeout | ErrorKind::Unavailable), "{late:?}");
        assert_eq!(read(&store, &small, PATIENCE).await.unwrap().unwrap(), value(b'x', 36));
    }
    assert_eq!(log.count("a large value does not come within the operation timeout"), 1);
    proxy.set(Fault::None);
    eventually(SOON, "it comes", async || read(&store, &large, SOON).await.is_ok_and(|bytes| bytes.is_some())).await;
}

#[tokio::test]
async fn what_is_small_is_asked_for_its_size_once_and_then_read_like_others() {
    let server = RedisServer::start();
    let proxy = FaultProxy::to(server.port());
    let (store, entry, nothing, list) =
        (store(&server.url_on(proxy.port())), key("entry"), key("nothing"), key("list"));
    server.command(&[b"SET".as_slice(), b"entry", &value(b'x', 36)]);
    server.command(&["RPUSH", "list", "x"]);
    store.ping(SOON).await.unwrap();
    proxy.set(Fault::Latency(2 * PATIENCE));
    for key in [&entry, &nothing, &list] {
        assert_eq!(read(&store, key, PATIENCE).await.unwrap_err().kind(), ErrorKind::Timeout);
    }
    proxy.set(Fault::None);
    assert_eq!(calls(&server, "getrange"), 0);
    for _ in 0..3 {
        assert_eq!(get(&store, &entry).await.unwrap(), value(b'x', 36));
        assert_eq!(get(&store, &nothing).await, None);
        assert_eq!(get(&store, &list).await, None);
        assert_eq!(calls(&server, "getrange"), 3);
    }
}

#[tokio::test]
async fn each_of_those_that_went_together_is_in_doubt() {
    let server = RedisServer::start();
    let proxy = FaultProxy::to(server.port());
    let store = patient(&server.url_on(proxy.port()), PATIENCE);
    let keys: Vec<_> = (0..100).map(|number| key(&format!("key:{number}"))).collect();
    for key in &keys {
        server.command(&[b"SET".as_slice(), key.as_str().as_bytes(), &value(b'x', 36)]);
    }
    let all = async || join_all(keys.iter().map(|key| read(&store, key, PATIENCE))).await;
    eventually(SOON, "reads go together", async || {
        all().await;
        calls(&server, "mget") > 0
    })
    .await;
    assert_eq!(calls(&server, "getrange"), 0);
    proxy.set(Fault::Latency(5 * PATIENCE));
    assert!(all().await.iter().all(Result::is_err));
    proxy.set(Fault::None);
    eventually(SOON, "all are there", async || all().await.iter().all(Result::is_ok)).await;
    let asked = calls(&server, "getrange");
    assert!(asked >= 90, "{asked} were asked for their size: some keys share a place, few do");
}
