//! The port on a real server.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use cache_tests::{RedisServer, eventually};

use super::log;
use super::support::{SOON, calls, get, key, receive_all, serve, store};
use crate::key::Key;
use crate::store::{Query, Store, Tags, conformance};

#[tokio::test]
async fn conforms_to_the_port() {
    let server = RedisServer::start();
    conformance::suite(&store(&server.url()), tokio::time::sleep).await;
}

#[tokio::test]
async fn conforms_to_the_port_on_a_unix_socket() {
    let server = RedisServer::builder().unix_socket().start();
    conformance::suite(&store(&server.unix_url()), tokio::time::sleep).await;
}

#[tokio::test]
async fn what_is_no_string_is_nothing_and_is_overwritten() {
    let server = RedisServer::start();
    let (store, key) = (store(&server.url()), Key::new("", "taken"));
    server.command(&["RPUSH", "taken", "x"]);
    assert_eq!(get(&store, &key).await, None);
    store.set(&key, Bytes::from_static(b"mine"), SOON, SOON).await.unwrap();
    assert_eq!(get(&store, &key).await.as_deref(), Some(&b"mine"[..]));
}

#[tokio::test]
async fn what_is_no_string_is_nothing_beside_its_tags_too() {
    let server = RedisServer::start();
    let (store, entry, tags) = (store(&server.url()), key("taken"), [key("tag")]);
    server.command(&["RPUSH", "taken", "x"]);
    let tags = Tags { every: None, own: &tags };
    let versions = store.use_tags(&entry, tags, SOON, SOON).await.unwrap();
    let found = store.get(Query { key: &entry, life: false, keep: false, tags }, SOON).await.unwrap();
    assert_eq!(found.bytes, None);
    assert_eq!(found.tags.to_vec(), [Some(versions[0])]);
}

#[tokio::test]
async fn an_entry_and_its_tags_are_read_by_one_command() {
    let server = RedisServer::start();
    let (store, entry, every, own) = (store(&server.url()), key("entry"), key("every"), [key("a"), key("b")]);
    let query = |tags, life| Query { key: &entry, life, keep: false, tags };
    let tags = Tags { every: Some(&every), own: &own };
    for (tags, command) in [(Tags::NONE, "get"), (tags, "mget")] {
        for life in [false, true] {
            let before = ["get", "mget", "pttl"].map(|name| calls(&server, name));
            store.get(query(tags, life), SOON).await.unwrap();
            let after = ["get", "mget", "pttl"].map(|name| calls(&server, name));
            let expected = [u64::from(command == "get"), u64::from(command == "mget"), u64::from(life)];
            assert_eq!([0, 1, 2].map(|at: usize| after[at] - before[at]), expected);
        }
    }
}

#[tokio::test]
async fn an_entry_always_has_an_end() {
    let server = RedisServer::start();
    let (store, key) = (store(&server.url()), Key::new("", "mortal"));
    store.set(&key, Bytes::from_static(b"x"), crate::Policy::FOREVER, SOON).await.unwrap();
    assert!(server.command(&["PTTL", "mortal"]).integer() > 3_000_000_000_000);
    store.set(&key, Bytes::from_static(b"x"), Duration::from_nanos(1), SOON).await.unwrap();
    assert!(server.command(&["PTTL", "mortal"]).integer() <= 1);
}

/// A Redis that does not know one command, and says so in the way of Redis: it quotes the command with its arguments.
fn ignorant_of(unknown: &'static str) -> String {
    let url = serve(move |mut client| {
        while let Some(words) = receive_all(&mut client) {
            let answer = match words[0].as_str() {
                command if command == unknown => {
                    format!(
                        "-ERR unknown command '{command}', with args beginning with: '{}'\r\n",
                        words[1..].join("' '")
                    )
                }
                "AUTH" => "+OK\r\n".to_owned(),
                "PING" => "+PONG\r\n".to_owned(),
                _ => "$-1\r\n".to_owned(),
            };
            client.get_mut().write_all(answer.as_bytes()).unwrap();
        }
    });
    url.replace("://", "://u:hunter2@")
}

#[tokio::test]
async fn a_handshake_that_is_refused_in_so_many_words_shows_no_password() {
    let (log, _listening) = log::listen();
    let error = store(&ignorant_of("AUTH")).ping(SOON).await.unwrap_err();
    let source = std::error::Error::source(&error).map(ToString::to_string);
    assert!(!format!("{error} {error:?} {source:?}").contains("hunter2"), "{error:?}");
    assert!(source.is_some_and(|reason| reason.contains("authentication failed")), "{error:?}");

    let store = store(&ignorant_of("HELLO"));
    store.changed(&key("k"), b"seen", SOON).await.unwrap();
    eventually(SOON, "it is said", async || log.count_both("redis does not tell of changes", "ERR") == 1).await;
    assert_eq!(log.count("hunter2"), 0);
}

#[tokio::test]
async fn a_runtime_has_one_connection_however_many_tasks() {
    let server = RedisServer::start();
    let store = Arc::new(store(&server.url()));
    let tasks: Vec<_> = (0..50)
        .map(|n| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { get(&store, &Key::new("", &n.to_string())).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let clients = server.command(&["CLIENT", "LIST"]).text();
    // One of them asks.
    assert_eq!(clients.lines().count(), 2, "{clients}");
}
