//! The port, in commands of Redis.

use std::fmt;
use std::future::ready;
use std::iter;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use redis::{Cmd, RedisError, Value};
use tokio::sync::watch;

use super::address::Address;
use super::channel::Change;
use super::errors::{is_unknown_script, is_wrong_type, strange, translated};
use super::large::LARGE;
use super::lines::Lines;
use super::news::News;
use super::question::Question;
use super::reading;
use super::reads::{Home, answered};
use super::runtimes::Runtimes;
use super::scripts::{self, Script};
use super::waiting::Waiting;
use crate::clock;
use crate::error::{Error, ErrorKind};
use crate::key::Key;
use crate::random;
use crate::store::{Answer, Coherence, Found, Listener, Query, Store, Tags};
use crate::value::{Version, is_envelope};

/// The store behind every URL of Redis.
pub(crate) struct RedisStore {
    runtimes: Runtimes,
    home: Home,
}

impl RedisStore {
    /// A store that connects when it is first used. `patience`, the operation timeout, is how long a caller may wait for a
    /// connection to come up.
    pub(crate) fn open(address: Address, news: News, patience: Duration) -> Result<Self, Error> {
        match address {
            Address::Server(place) => Ok(Self { runtimes: Runtimes::new(place, news, patience), home: Home::new() }),
            Address::Cluster(_) => Err(Error::new(ErrorKind::Config, "clusters are not served yet")),
        }
    }

    #[cfg(test)]
    pub(super) fn runtimes(&self) -> &Runtimes {
        &self.runtimes
    }

    /// The connections to the server that has `key`.
    fn lines(&self, _key: &Key) -> Result<Arc<Lines>, Error> {
        self.runtimes.current()
    }

    async fn read(&self, query: Query<'_>, within: Duration) -> Result<Found, Error> {
        let lines = self.lines(query.key)?;
        let answer = lines.read(query, within).await?;
        self.home.remember(lines.reads());
        match answer {
            Ok(found) => Ok(found),
            Err(error) if is_wrong_type(&error) => Ok(Found::nothing(query.tags.len())),
            Err(error) => Err(translated(error)),
        }
    }

    async fn ask(
        &self,
        key: &Key,
        question: Question<'_>,
        within: Duration,
    ) -> Result<Result<Value, RedisError>, Error> {
        self.lines(key)?.plain().run(question, within).await
    }

    async fn run(&self, key: &Key, command: Question<'_>, within: Duration) -> Result<Value, Error> {
        self.ask(key, command, within).await?.map_err(translated)
    }

    async fn change(&self, change: Change<'_>, within: Duration) -> Result<Result<Value, RedisError>, Error> {
        self.lines(change.key)?.change(change, within).await
    }

    /// Runs a script that answers with 0 or 1 on what begins with the first of the arguments; the second round trip is for a
    /// server that has not seen it yet.
    async fn compare(&self, script: &Script, key: &Key, arguments: &[&[u8]], within: Duration) -> Result<bool, Error> {
        // Nobody keeps anything else.
        let is_kept = arguments.first().is_some_and(|expected| is_envelope(expected));
        let is_large = arguments.iter().any(|argument| argument.len() > LARGE);
        let ask = async |command: Cmd, within| {
            let change = Change::repeatable(&command, key);
            match (is_large, is_kept) {
                (true, _) => self.lines(key)?.replace_large(change, is_kept, within).await,
                (false, true) => self.change(change, within).await,
                (false, false) => self.ask(key, change.unheard(), within).await,
            }
        };
        let (start, keys) = (clock::now(), [key.as_str()]);
        // What is large is not to be sent twice.
        let first = if is_large { script.by_text(&keys, arguments) } else { script.by_hash(&keys, arguments) };
        let mut answer = ask(first, within).await?;
        if answer.as_ref().is_err_and(is_unknown_script) {
            let left = within.saturating_sub(clock::since(start));
            answer = ask(script.by_text(&keys, arguments), left).await?;
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
        // Where many read, most do so with others: a small future, and little is touched that is touched by all.
        match self.home.turn(query, within) {
            Some(answer) => Box::pin(async move {
                match answered(answer).await? {
                    Some(found) => Ok(found),
                    None => Box::pin(self.read(query, within)).await,
                }
            }),
            None => Box::pin(self.read(query, within)),
        }
    }

    fn set<'a>(&'a self, key: &'a Key, bytes: Bytes, ttl: Duration, within: Duration) -> Answer<'a, ()> {
        Box::pin(async move {
            let mut command = redis::cmd("SET");
            command.arg(key.as_str()).arg(&*bytes).arg("PX").arg(px(ttl));
            self.change(Change::once(&command, key), within).await?.map(drop).map_err(translated)
        })
    }

    fn add<'a>(&'a self, key: &'a Key, bytes: Bytes, ttl: Duration, within: Duration) -> Answer<'a, bool> {
        Box::pin(async move {
            let mut command = redis::cmd("SET");
            command.arg(key.as_str()).arg(&*bytes).arg("NX").arg("PX").arg(px(ttl));
            Ok(self.run(key, Question::once(&command), within).await? == Value::Okay)
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
            let is_done = self.compare(&scripts::REPLACE, key, &[expected, &bytes, px.as_bytes()], within).await?;
            if is_done {
                self.lines(key)?.large().keys.learn(key, &bytes);
            }
            Ok(is_done)
        })
    }

    fn remove<'a>(&'a self, key: &'a Key, within: Duration) -> Answer<'a, ()> {
        Box::pin(async move {
            let mut command = redis::cmd("DEL");
            command.arg(key.as_str());
            self.change(Change::repeatable(&command, key), within).await?.map(drop).map_err(translated)
        })
    }

    fn remove_if<'a>(&'a self, key: &'a Key, expected: &'a [u8], within: Duration) -> Answer<'a, bool> {
        Box::pin(async move { self.compare(&scripts::REMOVE, key, &[expected], within).await })
    }

    fn changed<'a>(&'a self, key: &'a Key, seen: &'a [u8], within: Duration) -> Answer<'a, ()> {
        Box::pin(async move {
            let lines = self.lines(key)?;
            let waiting = Waiting::new(&lines, key, seen);
            let changed = pin!(waiting.wait(self.runtimes.patience()));
            clock::at_most(within, changed).await.unwrap_or(Ok(()))
        })
    }

    fn use_tags<'a>(&'a self, tags: Tags<'a>, ttl: Duration, within: Duration) -> Answer<'a, Vec<Version>> {
        Box::pin(async move {
            let keys: Vec<_> = tags.iter().map(Key::as_str).collect();
            let fresh = keys.iter().map(|_| random::bytes()).collect::<Result<Vec<Version>, _>>()?;
            let px = px(ttl).to_string();
            let arguments: Vec<_> = iter::once(px.as_bytes()).chain(fresh.iter().map(|fresh| &fresh[..])).collect();
            // By its text at once: it is seldom sent, and a slow server leaves no time for a second round trip.
            let command = scripts::USE_TAGS.by_text(&keys, &arguments);
            // A version that was removed must not come back either.
            let Some(first) = tags.iter().next() else { return Ok(Vec::new()) };
            let answer = self.run(first, Question::once(&command), within).await?;
            let Value::Array(answers) = answer else { return Err(strange("EVAL")) };
            answers.iter().map(reading::version).collect::<Option<_>>().ok_or_else(|| strange("EVAL"))
        })
    }

    fn returns(&self) -> watch::Receiver<u64> {
        self.runtimes.returns().subscribe()
    }

    fn listen(&self, listener: Arc<dyn Listener>) -> bool {
        self.runtimes.listen(listener);
        true
    }

    fn coherence(&self) -> Coherence {
        self.runtimes.coherence()
    }

    fn ping(&self, within: Duration) -> Answer<'_, ()> {
        Box::pin(async move {
            let ping = redis::cmd("PING");
            let answer = self.runtimes.current()?.plain().run(Question::repeatable(&ping), within).await?;
            answer.map(drop).map_err(translated)
        })
    }

    fn close(&self) -> Answer<'_, ()> {
        self.runtimes.close();
        Box::pin(ready(Ok(())))
    }
}

/// A life as the server takes it.
fn px(ttl: Duration) -> u64 {
    u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX).max(1)
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStore")
            .field("endpoint", &format_args!("{}", self.runtimes.place()))
            .finish_non_exhaustive()
    }
}
