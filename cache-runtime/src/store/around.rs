//! A store in front of another one: what all its operations have in common is said once.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::feed::{Coherence, Listener};
use super::port::{Answer, Found, Query, Store, Tags};
use super::returns::Returns;
use crate::key::Key;
use crate::value::Version;

/// An operation, with what tells its purpose.
#[derive(Debug)]
#[cfg_attr(
    not(any(test, feature = "test-util")),
    expect(dead_code, reason = "only faults look at what is put, and where")
)]
pub(crate) enum Operation<'a> {
    Get,
    Set(Bytes),
    Add(Bytes),
    Replace(Bytes),
    Remove(&'a Key),
    RemoveIf,
    Changed,
    UseTags,
    Ping,
}

/// What stands around each operation of a store.
pub(crate) trait Layer: Debug + Send + Sync {
    /// Answers in the place of `run`, which does what was asked for within the time that it is given.
    fn around<'a, T: Send + 'a>(
        &'a self,
        operation: &Operation<'_>,
        within: Duration,
        run: impl FnOnce(Duration) -> Answer<'a, T> + Send + 'a,
    ) -> Answer<'a, T>;
}

/// A store with a layer around it.
#[derive(Debug)]
pub(crate) struct Around<L> {
    store: Arc<dyn Store>,
    layer: Arc<L>,
}

impl<L: Layer> Around<L> {
    pub(crate) fn new(store: Arc<dyn Store>, layer: Arc<L>) -> Self {
        Self { store, layer }
    }
}

impl<L: Layer> Store for Around<L> {
    fn get<'a>(&'a self, query: Query<'a>, within: Duration) -> Answer<'a, Found> {
        self.layer.around(&Operation::Get, within, move |within| self.store.get(query, within))
    }

    fn set<'a>(&'a self, key: &'a Key, bytes: Bytes, ttl: Duration, within: Duration) -> Answer<'a, ()> {
        let operation = Operation::Set(bytes.clone());
        self.layer.around(&operation, within, move |within| self.store.set(key, bytes, ttl, within))
    }

    fn add<'a>(&'a self, key: &'a Key, bytes: Bytes, ttl: Duration, within: Duration) -> Answer<'a, bool> {
        let operation = Operation::Add(bytes.clone());
        self.layer.around(&operation, within, move |within| self.store.add(key, bytes, ttl, within))
    }

    fn replace<'a>(
        &'a self,
        key: &'a Key,
        expected: &'a [u8],
        bytes: Bytes,
        ttl: Duration,
        within: Duration,
    ) -> Answer<'a, bool> {
        let operation = Operation::Replace(bytes.clone());
        self.layer.around(&operation, within, move |within| self.store.replace(key, expected, bytes, ttl, within))
    }

    fn remove<'a>(&'a self, key: &'a Key, within: Duration) -> Answer<'a, ()> {
        self.layer.around(&Operation::Remove(key), within, move |within| self.store.remove(key, within))
    }

    fn remove_if<'a>(&'a self, key: &'a Key, expected: &'a [u8], within: Duration) -> Answer<'a, bool> {
        self.layer.around(&Operation::RemoveIf, within, move |within| self.store.remove_if(key, expected, within))
    }

    fn changed<'a>(&'a self, key: &'a Key, seen: &'a [u8], within: Duration) -> Answer<'a, ()> {
        self.layer.around(&Operation::Changed, within, move |within| self.store.changed(key, seen, within))
    }

    fn use_tags<'a>(
        &'a self,
        key: &'a Key,
        tags: Tags<'a>,
        ttl: Duration,
        within: Duration,
    ) -> Answer<'a, Vec<Version>> {
        self.layer.around(&Operation::UseTags, within, move |within| self.store.use_tags(key, tags, ttl, within))
    }

    fn returns(&self) -> Option<Arc<Returns>> {
        self.store.returns()
    }

    fn listen(&self, listener: Arc<dyn Listener>) -> bool {
        self.store.listen(listener)
    }

    fn coherence(&self) -> Coherence {
        self.store.coherence()
    }

    fn is_out_of_reach(&self) -> bool {
        self.store.is_out_of_reach()
    }

    fn ping(&self, within: Duration) -> Answer<'_, ()> {
        self.layer.around(&Operation::Ping, within, move |within| self.store.ping(within))
    }

    fn close(&self) -> Answer<'_, ()> {
        self.store.close()
    }
}
