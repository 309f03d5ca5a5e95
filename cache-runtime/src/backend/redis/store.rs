//! The port, in commands of Redis.

use std::fmt;
use std::future::ready;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use bytes::Bytes;
use redis::{Cmd, RedisError, Value};
use tokio::runtime::{Handle, Id};

use super::endpoint::Endpoint;
use super::errors::{is_unknown_script, is_wrong_type, strange, translated, unavailable};
use super::link::Link;
use super::question::Question;
use super::reading::{self, Reading};
use super::scripts::{self, Script};
use crate::clock;
use crate::error::Error;
use crate::key::Key;
use crate::random;
use crate::store::{Answer, Found, Query, Store, Tags};
use crate::value::Version;

/// The store behind `redis://`, `rediss://` and `unix://`.
pub(crate) struct RedisStore {
    endpoint: Endpoint,
    /// The operation timeout: how long a caller may wait for a link to come up.
    patience: Duration,
    links: RwLock<Vec<(Id, Arc<Link>)>>,
}

impl RedisStore {
    /// A store that connects when it is first used.
    pub(crate) fn new(endpoint: Endpoint, patience: Duration) -> Self {
        Self { endpoint, patience, links: RwLock::default() }
    }

    /// The link of the runtime that the caller is in.
    fn link(&self) -> Result<Arc<Link>, Error> {
        let runtime = Handle::try_current().map_err(|outside| unavailable().because(outside))?;
        let id = runtime.id();
        // An id may be used again once its runtime is gone, but then the link is dead.
        let usable = |links: &[(Id, Arc<Link>)]| {
            links.iter().find(|(of, link)| *of == id && link.is_alive()).map(|(_, link)| Arc::clone(link))
        };
        if let Some(link) = usable(&self.links.read().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(link);
        }
        let mut links = self.links.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(link) = usable(&links) {
            return Ok(link);
        }
        links.retain(|(_, link)| link.is_alive());
        let link = Arc::new(Link::open(&self.endpoint, &runtime, self.patience));
        links.push((id, Arc::clone(&link)));
        Ok(link)
    }

    async fn ask(&self, question: Question<'_>, within: Duration) -> Result<Result<Value, RedisError>, Error> {
        self.link()?.run(question, within).await
    }

    async fn run(&self, command: &Cmd, within: Duration) -> Result<Value, Error> {
        self.ask(Question::Command(command), within).await?.map_err(translated)
    }

    /// Runs a script that answers with 0 or 1; the second round trip is for a server that has not seen it yet.
    async fn compare(&self, script: &Script, key: &Key, arguments: &[&[u8]], within: Duration) -> Result<bool, Error> {
        let start = clock::now();
        let known = script.by_hash(key.as_str(), arguments);
        let mut answer = self.ask(Question::Command(&known), within).await?;
        if answer.as_ref().is_err_and(is_unknown_script) {
            let told = script.by_text(key.as_str(), arguments);
            answer = self.ask(Question::Command(&told), within.saturating_sub(clock::since(start))).await?;
        }
        match answer {
            Ok(Value::Int(done)) => Ok(done == 1),
            Ok(_) => Err(strange("EVAL")),
            Err(error) if is_wrong_type(&error) => Ok(false),
            Err(error) => Err(translated(error)),
        }
    }
}

impl Store for RedisStore {
    fn get<'a>(&'a self, query: Query<'a>, within: Duration) -> Answer<'a, Found> {
        Box::pin(async move {
            let reading = Reading::of(query);
            match self.ask(reading.question(), within).await? {
                Ok(answer) => reading.understood(answer),
                Err(error) if is_wrong_type(&error) => Ok(Found::nothing(query.tags.len())),
                Err(error) => Err(translated(error)),
            }
        })
    }

    fn set<'a>(&'a self, key: &'a Key, bytes: Bytes, ttl: Duration, within: Duration) -> Answer<'a, ()> {
        Box::pin(async move {
            let mut command = redis::cmd("SET");
            command.arg(key.as_str()).arg(&*bytes).arg("PX").arg(px(ttl));
            self.run(&command, within).await.map(drop)
        })
    }

    fn add<'a>(&'a self, key: &'a Key, bytes: Bytes, ttl: Duration, within: Duration) -> Answer<'a, bool> {
        Box::pin(async move {
            let mut command = redis::cmd("SET");
            command.arg(key.as_str()).arg(&*bytes).arg("NX").arg("PX").arg(px(ttl));
            Ok(self.run(&command, within).await? == Value::Okay)
        })
    }

    fn replace<'a>(
        &'a self,
        key: &'a Key,
        expected: &'a [u8],
        bytes: Bytes,
        ttl: Duration,
        within: Duration,
    ) -> Answer<'a, bool> {
        Box::pin(async move {
            let px = px(ttl).to_string();
            self.compare(&scripts::REPLACE, key, &[expected, &bytes, px.as_bytes()], within).await
        })
    }

    fn remove<'a>(&'a self, key: &'a Key, within: Duration) -> Answer<'a, ()> {
        Box::pin(async move {
            let mut command = redis::cmd("DEL");
            command.arg(key.as_str());
            self.run(&command, within).await.map(drop)
        })
    }

    fn remove_if<'a>(&'a self, key: &'a Key, expected: &'a [u8], within: Duration) -> Answer<'a, bool> {
        Box::pin(async move { self.compare(&scripts::REMOVE, key, &[expected], within).await })
    }

    fn changed<'a>(&'a self, key: &'a Key, seen: &'a [u8], within: Duration) -> Answer<'a, ()> {
        Box::pin(async move {
            let polling = async {
                loop {
                    let found = self.get(Query { key, life: false, tags: Tags::NONE }, self.patience).await?;
                    if !found.bytes.is_some_and(|bytes| bytes.starts_with(seen)) {
                        return Ok(());
                    }
                    clock::pause(Duration::from_millis(10)).await;
                }
            };
            clock::at_most(within, polling).await.unwrap_or(Ok(()))
        })
    }

    fn use_tags<'a>(&'a self, tags: Tags<'a>, ttl: Duration, within: Duration) -> Answer<'a, Vec<Version>> {
        Box::pin(async move {
            let mut pipeline = redis::pipe();
            for tag in tags.iter() {
                let fresh: Version = random::bytes()?;
                pipeline.cmd("SET").arg(tag.as_str()).arg(&fresh).arg("NX").arg("PX").arg(px(ttl));
                pipeline.cmd("GETEX").arg(tag.as_str()).arg("PX").arg(px(ttl));
            }
            let answer = self.ask(Question::Pipeline(&pipeline), within).await?.map_err(translated)?;
            let Value::Array(answers) = answer else { return Err(strange("GETEX")) };
            let versions = answers.iter().skip(1).step_by(2).map(reading::version);
            versions.collect::<Option<_>>().ok_or_else(|| strange("GETEX"))
        })
    }

    fn returns(&self) -> tokio::sync::watch::Receiver<u64> {
        tokio::sync::watch::Sender::new(0).subscribe()
    }

    fn ping(&self, within: Duration) -> Answer<'_, ()> {
        Box::pin(async move { self.run(&redis::cmd("PING"), within).await.map(drop) })
    }

    fn close(&self) -> Answer<'_, ()> {
        self.links.write().unwrap_or_else(PoisonError::into_inner).clear();
        Box::pin(ready(Ok(())))
    }
}

/// A life as the server takes it.
fn px(ttl: Duration) -> u64 {
    u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX).max(1)
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStore").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;

    use super::*;
    use crate::store::conformance;
    use cache_tests::RedisServer;

    const SOON: Duration = Duration::from_secs(10);

    async fn get(store: &RedisStore, key: &Key) -> Option<Bytes> {
        store.get(Query { key, life: false, tags: Tags::NONE }, SOON).await.unwrap().bytes
    }

    fn store(url: &str) -> RedisStore {
        RedisStore::new(Endpoint::parse(url).unwrap(), SOON)
    }

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
    async fn an_entry_always_has_an_end() {
        let server = RedisServer::start();
        let (store, key) = (store(&server.url()), Key::new("", "mortal"));
        store.set(&key, Bytes::from_static(b"x"), crate::Policy::FOREVER, SOON).await.unwrap();
        assert!(server.command(&["PTTL", "mortal"]).integer() > 3_000_000_000_000);
        store.set(&key, Bytes::from_static(b"x"), Duration::from_nanos(1), SOON).await.unwrap();
        assert!(server.command(&["PTTL", "mortal"]).integer() <= 1);
    }

    #[tokio::test]
    async fn a_handshake_that_is_refused_in_so_many_words_shows_no_password() {
        // As a Redis that does not know HELLO: it quotes the command with its arguments.
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            let (mut client, _) = listener.accept().unwrap();
            let _ = client.read(&mut [0; 1024]).unwrap();
            let _ = client
                .write_all(b"-ERR unknown command 'HELLO', with args beginning with: '3' 'AUTH' 'u' 'hunter2'\r\n");
        });
        let url = format!("redis://u:hunter2@127.0.0.1:{port}?protocol=resp3");
        let error = store(&url).ping(SOON).await.unwrap_err();
        let source = std::error::Error::source(&error).map(ToString::to_string);
        assert!(!format!("{error} {error:?} {source:?}").contains("hunter2"), "{error:?}");
        assert!(source.is_some_and(|reason| reason.contains("ERR")), "{error:?}");
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
}
