//! What these tests have in common.

use std::io::{BufRead, BufReader, Read};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use cache_tests::RedisServer;

use crate::backend::redis::{Address, News, RedisStore};
use crate::key::Key;
use crate::store::{Listener, NearFeed, Query, Store, Tags};

/// Longer than anything here takes when it works.
pub(super) const SOON: Duration = Duration::from_secs(10);

pub(super) fn store(url: &str) -> RedisStore {
    patient(url, SOON)
}

/// With an operation timeout.
pub(super) fn patient(url: &str, patience: Duration) -> RedisStore {
    RedisStore::open(Address::parse(url).unwrap(), News::new("", NearFeed::Auto), patience)
}

pub(super) fn key(text: &str) -> Key {
    Key::new("", text)
}

/// What an entry looks like. Two with other letters have other versions; there are not enough of them for those that replace
/// each other many times.
pub(super) fn value(letter: u8, length: usize) -> Bytes {
    let mut bytes = vec![letter; length];
    bytes[0] = b'V';
    Bytes::from(bytes)
}

/// Whoever listens for changes.
#[derive(Default)]
pub(super) struct Ears(AtomicBool);

impl Ears {
    pub(super) fn have_heard(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }

    pub(super) fn forget(&self) {
        self.0.store(false, Ordering::SeqCst);
    }
}

impl Listener for Ears {
    fn changed(&self, _key: &[u8]) {
        self.0.store(true, Ordering::SeqCst);
    }
}

pub(super) async fn get(store: &RedisStore, key: &Key) -> Option<Bytes> {
    store.get(Query { key, life: false, keep: false, tags: Tags::NONE }, SOON).await.unwrap().bytes
}

/// How often the server was asked to do `command` so far.
pub(super) fn calls(server: &RedisServer, command: &str) -> u64 {
    let stats = server.command(&["INFO", "commandstats"]).text();
    let line = stats.lines().find_map(|line| line.strip_prefix(&format!("cmdstat_{command}:calls=")));
    line.map_or(0, |rest| rest.split(',').next().unwrap().parse().unwrap())
}

/// The ids of the clients that track, or those that do not; the one who asks is none of them.
pub(super) fn clients(server: &RedisServer, tracking: bool) -> Vec<String> {
    let list = server.command(&["CLIENT", "LIST"]).text();
    let field = |line: &str, name: &str| {
        line.split(' ').find_map(|field| field.strip_prefix(name)).unwrap_or_default().to_owned()
    };
    // Redis 6.2 names no subcommands.
    let asks = |line: &str| ["client|list", "client"].contains(&field(line, "cmd=").as_str());
    let tracks = |line: &str| field(line, "flags=").contains('t');
    list.lines()
        .filter(|line| if tracking { tracks(line) } else { !tracks(line) && !asks(line) })
        .map(|line| field(line, "id="))
        .collect()
}

pub(super) fn kill(server: &RedisServer, clients: &[String]) {
    assert!(!clients.is_empty(), "there is nobody to kill");
    for id in clients {
        assert_eq!(server.command(&["CLIENT", "KILL", "ID", id]).integer(), 1);
    }
}

/// One who has connected to a server of the test's own.
pub(super) type Client = BufReader<TcpStream>;

/// A server that does to each of its clients what the test says; returns its URL. It ends with the process: nobody connects
/// any more when the store of the test is gone.
pub(super) fn serve(client: impl Fn(Client) + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("redis://{}", listener.local_addr().unwrap());
    let serves = Arc::new(client);
    thread::spawn(move || {
        for client in listener.incoming() {
            let serves = Arc::clone(&serves);
            thread::spawn(move || serves(BufReader::new(client.unwrap())));
        }
    });
    url
}

/// The name of the next command that a client gives; `None` when it is gone.
pub(super) fn receive(client: &mut Client) -> Option<String> {
    receive_all(client)?.into_iter().next()
}

/// The same, and its arguments. What is no text is shown as far as it is.
pub(super) fn receive_all(client: &mut Client) -> Option<Vec<String>> {
    let number = |client: &mut Client| {
        let mut line = String::new();
        client.read_line(&mut line).ok()?;
        line.get(1..)?.trim_end().parse::<usize>().ok()
    };
    let mut words = Vec::new();
    for _ in 0..number(client)? {
        let mut word = vec![0; number(client)? + 2];
        client.read_exact(&mut word).ok()?;
        word.truncate(word.len() - 2);
        words.push(String::from_utf8_lossy(&word).into_owned());
    }
    Some(words)
}
