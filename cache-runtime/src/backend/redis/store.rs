//! The port, in commands of Redis.

use std::fmt;
use std::future::ready;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use redis::{Cmd, Value};

use super::channel::Change;
use super::cluster::Cluster;
use super::errors::{is_unknown_script, is_wrong_type, strange, translated};
use super::large::LARGE;
use super::news::News;
use super::reading;
#[cfg(test)]
use super::runtimes::Runtimes;
use super::scripts::{self, Script};
use super::server::Address;
use super::single::Single;
use super::topology::Topology;
use crate::clock;
use crate::error::Error;
use crate::key::Key;
use crate::random;
use crate::store::{Answer, Coherence, Found, Listener, Query, Returns, Store, Tags};
use crate::value::{Version, is_envelope};

/// The store behind every URL of Redis.
pub(crate) struct RedisStore {
    topology: Topology,
}

impl RedisStore {
    /// A store that connects when it is first used. `patience`, the operation timeout, is how long a caller may wait for a
    /// connection to come up.
    pub(crate) fn open(address: Address, news: News, patience: Duration) -> Self {
        let topology = match address {
            Address::Server(place) => Topology::Single(Box::new(Single::new(place, news, patience))),
            Address::Cluster(seeds) => Topology::Cluster(Cluster::new(seeds, news, patience)),
        };
        Self { topology }
    }

    #[cfg(test)]
    pub(super) fn runtimes(&self) -> &Runtimes {
        match &self.topology {
            Topology::Single(single) => single.runtimes(),
            Topology::Cluster(_) => panic!("a cluster has many"),
        }
    }

    async fn run(&self, change: Change<'_>, within: Duration) -> Result<Value, Error> {
        self.topology.ask(change, within).await?.map_err(translated)
    }

    /// Runs a script that answers with 0 or 1 on what begins with the first of the arguments; the second round trip is for a
    /// server that has not seen it yet.
    async fn compare(&self, script: &Script, key: &Key, arguments: &[&[u8]], within: Duration) -> Result<bool, Error> {
        // Nobody keeps anything else.
        let is_kept = arguments.first().is_some_and(|expected| is_envelope(expected));
        let is_large = arguments.iter().any(|argument| argument.len() > LARGE);
        let ask = async |command: Cmd, within| {
            let change = Change::repeatable(&command, key);
            self.topology.change(change, is_kept, is_large, within).await
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
        self.topology.get(query, within)
    }

    fn set<'a>(&'a self, key: &'a Key, bytes: Bytes, ttl: Duration, within: Duration) -> Answer<'a, ()> {
        Box::pin(async move {
            let mut command = redis::cmd("SET");
            command.arg(key.as_str()).arg(&*bytes).arg("PX").arg(px(ttl));
            self.topology.change(Change::once(&command, key), true, false, within).await?.map(drop).map_err(translated)
        })
    }

    fn add<'a>(&'a self, key: &'a Key, bytes: Bytes, ttl: Duration, within: Duration) -> Answer<'a, bool> {
        Box::pin(async move {
            let mut command = redis::cmd("SET");
            command.arg(key.as_str()).arg(&*bytes).arg("NX").arg("PX").arg(px(ttl));
            Ok(self.run(Change::once(&command, key), within).await? == Value::Okay)
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
                self.topology.learn(key, &bytes);
            }
            Ok(is_done)
        })
    }

    fn remove<'a>(&'a self, key: &'a Key, within: Duration) -> Answer<'a, ()> {
        Box::pin(self.topology.remove(key, within))
    }

    fn remove_if<'a>(&'a self, key: &'a Key, expected: &'a [u8], within: Duration) -> Answer<'a, bool> {
        Box::pin(async move { self.compare(&scripts::REMOVE, key, &[expected], within).await })
    }

    fn changed<'a>(&'a self, key: &'a Key, seen: &'a [u8], within: Duration) -> Answer<'a, ()> {
        Box::pin(async move {
            let changed = pin!(self.topology.wait(key, seen));
            clock::at_most(within, changed).await.unwrap_or(Ok(()))
        })
    }

    fn use_tags<'a>(
        &'a self,
        key: &'a Key,
        tags: Tags<'a>,
        ttl: Duration,
        within: Duration,
    ) -> Answer<'a, Vec<Version>> {
        Box::pin(async move {
            let fresh = tags.iter().map(|_| random::bytes()).collect::<Result<Vec<Version>, _>>()?;
            if fresh.is_empty() {
                return Ok(Vec::new());
            }
            let answers = self.topology.use_tags(key, tags, &fresh, &px(ttl).to_string(), within).await?;
            answers.iter().map(reading::version).collect::<Option<_>>().ok_or_else(|| strange("EVAL"))
        })
    }

    fn returns(&self) -> Option<Arc<Returns>> {
        Some(Arc::clone(self.topology.returns()))
    }

    fn listen(&self, listener: Arc<dyn Listener>) -> bool {
        self.topology.listen(listener);
        true
    }

    fn coherence(&self) -> Coherence {
        self.topology.coherence()
    }

    fn is_out_of_reach(&self) -> bool {
        self.topology.is_out_of_reach()
    }

    fn ping(&self, within: Duration) -> Answer<'_, ()> {
        Box::pin(self.topology.ping(within))
    }

    fn close(&self) -> Answer<'_, ()> {
        self.topology.close();
        Box::pin(ready(Ok(())))
    }
}

/// A life as the server takes it.
fn px(ttl: Duration) -> u64 {
    u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX).max(1)
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStore").field("endpoint", &self.topology).finish_non_exhaustive()
    }
}
