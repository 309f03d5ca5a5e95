//! Where redis runs: on one server, or on many.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use redis::{RedisError, Value};

use super::channel::Change;
use super::cluster::Cluster;
use super::single::Single;
use crate::error::Error;
use crate::key::Key;
use crate::store::{Answer, Coherence, Found, Listener, Query, Returns, Tags};
use crate::value::Version;

/// Who is asked about a key.
pub(super) enum Topology {
    Single(Box<Single>),
    Cluster(Cluster),
}

impl Topology {
    pub(super) fn get<'a>(&'a self, query: Query<'a>, within: Duration) -> Answer<'a, Found> {
        match self {
            Self::Single(single) => single.get(query, within),
            Self::Cluster(cluster) => Box::pin(cluster.read(query, within)),
        }
    }

    /// Does what nobody need be told of.
    pub(super) async fn ask(&self, change: Change<'_>, within: Duration) -> Result<Result<Value, RedisError>, Error> {
        match self {
            Self::Single(single) => single.ask(change, within).await,
            Self::Cluster(cluster) => cluster.ask(change, within).await,
        }
    }

    /// Makes a change. Where others may keep what was there, they are told.
    pub(super) async fn change(
        &self,
        change: Change<'_>,
        is_kept: bool,
        is_large: bool,
        within: Duration,
    ) -> Result<Result<Value, RedisError>, Error> {
        match self {
            Self::Single(single) => single.change(change, is_kept, is_large, within).await,
            // Each node tells by itself.
            Self::Cluster(cluster) if is_large => cluster.replace_large(change, within).await,
            Self::Cluster(cluster) => cluster.ask(change, within).await,
        }
    }

    /// Remembers whether what is at `key` is large.
    pub(super) fn learn(&self, key: &Key, bytes: &[u8]) {
        match self {
            Self::Single(single) => single.learn(key, bytes),
            Self::Cluster(cluster) => cluster.learn(key, bytes),
        }
    }

    pub(super) async fn remove(&self, key: &Key, within: Duration) -> Result<(), Error> {
        match self {
            Self::Single(single) => single.remove(key, within).await,
            Self::Cluster(cluster) => cluster.remove(key, within).await,
        }
    }

    /// The versions of the tags of what is at `key`; `fresh` are those of tags that nobody uses yet.
    pub(super) async fn use_tags(
        &self,
        key: &Key,
        tags: Tags<'_>,
        fresh: &[Version],
        px: &str,
        within: Duration,
    ) -> Result<Vec<Value>, Error> {
        match self {
            Self::Single(single) => single.use_tags(tags, fresh, px, within).await,
            Self::Cluster(cluster) => cluster.use_tags(key, tags, fresh, px, within).await,
        }
    }

    /// Waits until what is at `key` does not begin with `seen` any more.
    pub(super) async fn wait(&self, key: &Key, seen: &[u8]) -> Result<(), Error> {
        match self {
            Self::Single(single) => single.wait(key, seen).await,
            Self::Cluster(cluster) => cluster.wait(key, seen).await,
        }
    }

    pub(super) async fn ping(&self, within: Duration) -> Result<(), Error> {
        match self {
            Self::Single(single) => single.ping(within).await,
            Self::Cluster(cluster) => cluster.ping(within).await,
        }
    }

    pub(super) fn returns(&self) -> &Arc<Returns> {
        match self {
            Self::Single(single) => single.runtimes().returns(),
            Self::Cluster(cluster) => cluster.returns(),
        }
    }

    /// To be called before there are connections.
    pub(super) fn listen(&self, listener: Arc<dyn Listener>) {
        match self {
            Self::Single(single) => single.runtimes().listen(listener),
            Self::Cluster(cluster) => cluster.listen(listener),
        }
    }

    pub(super) fn coherence(&self) -> Coherence {
        match self {
            Self::Single(single) => single.runtimes().coherence(),
            Self::Cluster(cluster) => cluster.coherence(),
        }
    }

    pub(super) fn is_out_of_reach(&self) -> bool {
        match self {
            Self::Single(single) => single.runtimes().is_out_of_reach(),
            Self::Cluster(cluster) => cluster.is_out_of_reach(),
        }
    }

    pub(super) fn close(&self) {
        match self {
            Self::Single(single) => single.runtimes().close(),
            Self::Cluster(cluster) => cluster.close(),
        }
    }
}

impl fmt::Debug for Topology {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Single(single) => fmt::Display::fmt(single.runtimes().place(), f),
            Self::Cluster(cluster) => cluster.fmt(f),
        }
    }
}
