//! What is sent a second time when a connection breaks, and what is not.

use std::io::Write;
use std::sync::{Arc, Mutex};

use bytes::Bytes;

use super::support::{Client, SOON, key, receive, serve, store};
use crate::backend::redis::RedisStore;
use crate::error::{Error, ErrorKind};
use crate::store::{Query, Store, Tags};

/// A server that breaks its connections when it is asked for anything but a sign of life, and remembers what.
struct Breaking {
    url: String,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Breaking {
    fn start() -> Self {
        let heard = Arc::<Mutex<Vec<String>>>::default();
        let hearing = Arc::clone(&heard);
        Self { url: serve(move |client| break_off(client, &hearing)), heard }
    }

    fn store(&self) -> RedisStore {
        store(&self.url)
    }

    fn heard(&self, command: &str) -> usize {
        self.heard.lock().unwrap().iter().filter(|heard| *heard == command).count()
    }
}

fn break_off(mut client: Client, heard: &Mutex<Vec<String>>) {
    while let Some(command) = receive(&mut client) {
        if command == "PING" {
            client.get_mut().write_all(b"+PONG\r\n").unwrap();
        } else {
            heard.lock().unwrap().push(command);
            return;
        }
    }
}

fn is_lost<T: std::fmt::Debug>(answer: Result<T, Error>) {
    assert_eq!(answer.unwrap_err().kind(), ErrorKind::Unavailable);
}

#[tokio::test]
async fn what_puts_something_is_sent_once() {
    let server = Breaking::start();
    let (store, key, bytes) = (server.store(), key("k"), Bytes::from_static(b"x"));
    is_lost(store.add(&key, bytes.clone(), SOON, SOON).await);
    assert_eq!(server.heard("SET"), 1);
    is_lost(store.set(&key, bytes, SOON, SOON).await);
    assert_eq!(server.heard("SET"), 2);
    let tags = [key];
    is_lost(store.use_tags(&tags[0], Tags { every: None, own: &tags }, SOON, SOON).await);
    assert_eq!(server.heard("EVAL"), 1);
}

#[tokio::test]
async fn what_does_no_harm_a_second_time_is_sent_again() {
    let server = Breaking::start();
    let (store, key, bytes) = (server.store(), key("k"), Bytes::from_static(b"x"));
    is_lost(store.get(Query { key: &key, life: false, keep: false, tags: Tags::NONE }, SOON).await);
    assert_eq!(server.heard("GET"), 2);
    is_lost(store.remove(&key, SOON).await);
    assert_eq!(server.heard("DEL"), 2);
    is_lost(store.replace(&key, b"old", bytes, SOON, SOON).await);
    assert_eq!(server.heard("EVALSHA"), 2);
}
