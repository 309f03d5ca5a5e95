//! A store whose operations are timed.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::histogram::{Counted, Histogram};
use super::striped::Striped;
use crate::clock;
use crate::key::Key;
use crate::store::{Answer, Coherence, Found, Listener, Query, Returns, Store, Tags};
use crate::value::Version;

/// The operations, by the names under which they are told of.
const NAMES: [&str; 7] = ["get", "set", "add", "replace", "remove", "remove_if", "use_tags"];

#[derive(Clone, Copy)]
enum Operation {
    Get,
    Set,
    Add,
    Replace,
    Remove,
    RemoveIf,
    UseTags,
}

/// How long operations took that callers waited for: queueing, the network and the server together.
#[derive(Debug, Default)]
pub(crate) struct OperationTimes([Striped<Histogram>; NAMES.len()]);

impl OperationTimes {
    pub(super) fn counted(&self) -> impl Iterator<Item = (&'static str, Counted)> {
        NAMES.into_iter().zip(self.0.iter().map(Striped::counted))
    }
}

/// A store, and how long it took.
#[derive(Debug)]
pub(crate) struct Timed {
    store: Arc<dyn Store>,
    times: Arc<OperationTimes>,
}

impl Timed {
    pub(crate) fn new(store: Arc<dyn Store>, times: &Arc<OperationTimes>) -> Self {
        Self { store, times: Arc::clone(times) }
    }

    /// An operation that nobody waited for to its end is not counted.
    fn timed<'a, T: 'a>(&'a self, operation: Operation, answer: Answer<'a, T>) -> Answer<'a, T> {
        Box::pin(async move {
            let start = clock::now();
            let answer = answer.await;
            if let Some(times) = self.times.0.get(operation as usize) {
                times.of_this_thread().record(clock::since(start));
            }
            answer
        })
    }
}

impl Store for Timed {
    fn get<'a>(&'a self, query: Query<'a>, within: Duration) -> Answer<'a, Found> {
        self.timed(Operation::Get, self.store.get(query, within))
    }

    fn set<'a>(&'a self, key: &'a Key, bytes: Bytes, ttl: Duration, within: Duration) -> Answer<'a, ()> {
        self.timed(Operation::Set, self.store.set(key, bytes, ttl, within))
    }

    fn add<'a>(&'a self, key: &'a Key, bytes: Bytes, ttl: Duration, within: Duration) -> Answer<'a, bool> {
        self.timed(Operation::Add, self.store.add(key, bytes, ttl, within))
    }

    fn replace<'a>(
        &'a self,
        key: &'a Key,
        expected: &'a [u8],
        bytes: Bytes,
        ttl: Duration,
        within: Duration,
    ) -> Answer<'a, bool> {
        self.timed(Operation::Replace, self.store.replace(key, expected, bytes, ttl, within))
    }

    fn remove<'a>(&'a self, key: &'a Key, within: Duration) -> Answer<'a, ()> {
        self.timed(Operation::Remove, self.store.remove(key, within))
    }

    fn remove_if<'a>(&'a self, key: &'a Key, expected: &'a [u8], within: Duration) -> Answer<'a, bool> {
        self.timed(Operation::RemoveIf, self.store.remove_if(key, expected, within))
    }

    fn changed<'a>(&'a self, key: &'a Key, seen: &'a [u8], within: Duration) -> Answer<'a, ()> {
        self.store.changed(key, seen, within)
    }

    fn use_tags<'a>(
        &'a self,
        key: &'a Key,
        tags: Tags<'a>,
        ttl: Duration,
        within: Duration,
    ) -> Answer<'a, Vec<Version>> {
        self.timed(Operation::UseTags, self.store.use_tags(key, tags, ttl, within))
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
        self.store.ping(within)
    }

    fn close(&self) -> Answer<'_, ()> {
        self.store.close()
    }
}
