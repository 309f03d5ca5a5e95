//! Waiting where the server cannot tell of changes, and where it does not answer any more.

use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use cache_tests::{Direction, Fault, FaultProxy, RedisServer, eventually};
use tokio::time::{Instant, timeout};

use super::log;
use super::support::{SOON, calls, clients, key, patient, receive, serve, store};
use crate::backend::redis::RedisStore;
use crate::error::Error;
use crate::key::Key;
use crate::store::Store;

const LONG: Duration = Duration::from_secs(600);
const PATIENCE: Duration = Duration::from_millis(100);
/// The heartbeat, and the operation timeout, twice: for the connection, and for the one that is made then.
const NOTICED: Duration = Duration::from_millis(500 + 2 * 100 + 500);

async fn lease(store: &RedisStore) -> Key {
    let key = key("k");
    store.set(&key, Bytes::from_static(b"P token"), LONG, SOON).await.unwrap();
    key
}

async fn wait(store: &RedisStore, key: &Key, within: Duration) -> Result<(), Error> {
    timeout(SOON, store.changed(key, b"P token", within)).await.expect("it returns")
}

/// A server with a user who has all rights but one, and a store of that user.
fn without(right: &str) -> (RedisServer, RedisStore) {
    let server = RedisServer::start();
    let user = ["ACL", "SETUSER", "plain", "on", ">secret", "~*", "&*", "+@all", right];
    assert_eq!(server.command(&user).text(), "OK");
    let store = store(&format!("redis://plain:secret@127.0.0.1:{}", server.port()));
    (server, store)
}

#[tokio::test]
async fn a_user_who_may_not_track_asks_now_and_then() {
    let (log, _listening) = log::listen();
    let (server, store) = without("-client");
    let key = lease(&store).await;
    let asked = calls(&server, "get");
    wait(&store, &key, Duration::from_secs(1)).await.unwrap();
    let asked = calls(&server, "get") - asked;
    // 5, 10, 20, 40, 80, 100, 100 .. ms, each up to a half less.
    assert!((5..=25).contains(&asked), "asked {asked} times in a second");
    assert!(clients(&server, true).is_empty());
    let change = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        server.command(&["DEL", "k"]);
        Instant::now()
    };
    let (woken, changed) = tokio::join!(wait(&store, &key, LONG), change);
    woken.unwrap();
    assert!(changed.elapsed() < Duration::from_millis(400), "{:?}", changed.elapsed());
    assert_eq!(log.count("redis does not tell of changes"), 1);
    assert_eq!(log.count("NOPERM"), 1);
    assert_eq!(log.count("out of reach"), 0);
}

#[tokio::test]
async fn who_may_track_at_last_is_told_while_waiting() {
    let (server, store) = without("-client");
    let key = lease(&store).await;
    let change = async {
        eventually(SOON, "it asks", async || calls(&server, "get") >= 3).await;
        server.command(&["ACL", "SETUSER", "plain", "+client|tracking"]);
        eventually(SOON, "it tracks", async || clients(&server, true).len() == 1).await;
        // Redis knows of it before the client does, which may ask once more until then.
        tokio::time::sleep(Duration::from_millis(100)).await;
        let asked = calls(&server, "get");
        tokio::time::sleep(Duration::from_millis(400)).await;
        assert!(calls(&server, "get") <= asked + 1, "it asks no more");
        server.command(&["DEL", "k"]);
        Instant::now()
    };
    let (woken, changed) = tokio::join!(wait(&store, &key, LONG), change);
    woken.unwrap();
    assert!(changed.elapsed() < Duration::from_millis(400), "{:?}", changed.elapsed());
}

/// A server of the time before `HELLO`, at which the lease is gone when it was asked for three times.
fn old_server() -> String {
    let asked = AtomicUsize::new(0);
    serve(move |mut client| {
        while let Some(command) = receive(&mut client) {
            let answer = match command.as_str() {
                "PING" => "+PONG\r\n",
                "SET" => "+OK\r\n",
                "GET" if asked.fetch_add(1, Ordering::SeqCst) < 3 => "$7\r\nP token\r\n",
                "GET" => "$-1\r\n",
                _ => "-ERR unknown command\r\n",
            };
            client.get_mut().write_all(answer.as_bytes()).unwrap();
        }
    })
}

#[tokio::test]
async fn a_server_without_hello_is_asked_now_and_then() {
    let (log, _listening) = log::listen();
    let store = store(&old_server());
    let key = lease(&store).await;
    wait(&store, &key, LONG).await.unwrap();
    assert_eq!(log.count("redis does not tell of changes"), 1);
}

#[tokio::test]
async fn a_refused_login_is_not_called_an_outage() {
    let (log, _listening) = log::listen();
    let server = RedisServer::builder().password("s3cret").start();
    let store = patient(&format!("redis://:wrong@127.0.0.1:{}", server.port()), PATIENCE);
    store.ping(SOON).await.unwrap_err();
    assert_eq!(log.count("redis refuses the connection"), 1);
    assert_eq!(log.count("out of reach"), 0);
}

#[tokio::test]
async fn a_frozen_server_ends_the_wait() {
    let server = RedisServer::start();
    let store = patient(&server.url(), PATIENCE);
    let key = lease(&store).await;
    let freeze = async {
        eventually(SOON, "it waits", async || calls(&server, "get") >= 1).await;
        server.freeze();
        Instant::now()
    };
    let (woken, frozen) = tokio::join!(wait(&store, &key, LONG), freeze);
    let took = frozen.elapsed();
    server.thaw();
    assert!(took < NOTICED, "{took:?}, {woken:?}");
    eventually(SOON, "it goes on", async || store.ping(SOON).await.is_ok()).await;
    wait(&store, &key, PATIENCE).await.unwrap();
}

#[tokio::test]
async fn a_network_that_swallows_everything_ends_the_wait() {
    let server = RedisServer::start();
    for direction in [Direction::ToServer, Direction::ToClient, Direction::Both] {
        let proxy = FaultProxy::to(server.port());
        let store = patient(&server.url_on(proxy.port()), PATIENCE);
        let key = lease(&store).await;
        let asked = calls(&server, "get");
        let swallow = async {
            eventually(SOON, "it waits", async || calls(&server, "get") > asked).await;
            proxy.set(Fault::BlackHole(direction));
            Instant::now()
        };
        let (woken, swallowed) = tokio::join!(wait(&store, &key, LONG), swallow);
        assert!(swallowed.elapsed() < NOTICED, "{direction:?}: {:?}, {woken:?}", swallowed.elapsed());
        // Nobody begins to wait for a server that is known to be gone.
        eventually(SOON, "it is known", async || store.ping(SOON).await.is_err()).await;
        let start = Instant::now();
        wait(&store, &key, LONG).await.unwrap_err();
        assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
    }
}

#[tokio::test]
async fn a_server_that_is_gone_ends_the_wait_and_tells_again_when_it_is_back() {
    let mut server = RedisServer::start();
    let store = patient(&server.url(), PATIENCE);
    let key = lease(&store).await;
    let kill = async {
        eventually(SOON, "it waits", async || calls(&server, "get") >= 1).await;
        server.kill();
        Instant::now()
    };
    let (_woken, killed) = tokio::join!(wait(&store, &key, LONG), kill);
    assert!(killed.elapsed() < NOTICED, "{:?}", killed.elapsed());
    server.restart();
    eventually(SOON, "it is back", async || store.ping(SOON).await.is_ok()).await;
    lease(&store).await;
    eventually(SOON, "it tells again", async || {
        wait(&store, &key, PATIENCE).await.unwrap();
        clients(&server, true).len() == 1
    })
    .await;
}
