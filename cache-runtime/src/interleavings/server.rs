//! The store that all processes of a round share, as a server that tells them of changes.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;

use super::flaws::Flaw;
use super::wire::Wire;
use crate::key::Key;
use crate::store::{Answer, Found, Query, Returns, Store, Tags};
use crate::value::Version;

/// A store that knows what it has, and who has read it.
#[derive(Debug)]
pub(super) struct Server {
    inner: Arc<dyn Store>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// What is there, but for what has gone because its time was over.
    entries: BTreeMap<String, Bytes>,
    wires: Vec<Arc<Wire>>,
}

impl Server {
    pub(super) fn new(inner: Arc<dyn Store>) -> Self {
        Self { inner, state: Mutex::default() }
    }

    /// A connection on which `process` is told of what changes.
    pub(super) fn connect(&self, process: usize, flaw: Option<Flaw>) -> Arc<Wire> {
        let wire = Arc::new(Wire::new(process, flaw));
        self.state().wires.push(Arc::clone(&wire));
        wire
    }

    /// A process is dead.
    pub(super) fn disconnect(&self, process: usize) {
        self.state().wires.retain(|wire| wire.process != process);
    }

    pub(super) fn wires(&self) -> Vec<Arc<Wire>> {
        self.state().wires.clone()
    }

    pub(super) fn wire(&self, process: usize) -> Option<Arc<Wire>> {
        self.state().wires.iter().find(|wire| wire.process == process).cloned()
    }

    /// What is at `key`.
    pub(super) fn at(&self, key: &Key) -> Option<Bytes> {
        self.state().entries.get(key.as_str()).cloned()
    }

    /// Forgets everything at `keys`, which is all that there is.
    pub(super) async fn flush(&self, keys: &[&Key], within: Duration) {
        for key in keys {
            self.inner.remove(key, within).await.unwrap();
            self.state().entries.remove(key.as_str());
        }
        self.state().wires.iter().for_each(|wire| wire.tell_of_a_flush());
    }

    fn put(&self, key: &Key, bytes: Bytes) {
        let mut state = self.state();
        state.entries.insert(key.as_str().to_owned(), bytes);
        state.wires.iter().for_each(|wire| wire.tell(key));
    }

    /// Where there is nothing, nothing changes.
    fn take(&self, key: &Key) {
        let mut state = self.state();
        if state.entries.remove(key.as_str()).is_some() {
            state.wires.iter().for_each(|wire| wire.tell(key));
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for Server {
    fn get<'a>(&'a self, query: Query<'a>, within: Duration) -> Answer<'a, Found> {
        self.inner.get(query, within)
    }

    fn set<'a>(&'a self, key: &'a Key, bytes: Bytes, ttl: Duration, within: Duration) -> Answer<'a, ()> {
        Box::pin(async move {
            self.inner.set(key, bytes.clone(), ttl, within).await?;
            self.put(key, bytes);
            Ok(())
        })
    }

    fn add<'a>(&'a self, key: &'a Key, bytes: Bytes, ttl: Duration, within: Duration) -> Answer<'a, bool> {
        Box::pin(async move {
            let is_done = self.inner.add(key, bytes.clone(), ttl, within).await?;
            if is_done {
                self.put(key, bytes);
            }
            Ok(is_done)
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
            let is_done = self.inner.replace(key, expected, bytes.clone(), ttl, within).await?;
            if is_done {
                self.put(key, bytes);
            }
            Ok(is_done)
        })
    }

    fn remove<'a>(&'a self, key: &'a Key, within: Duration) -> Answer<'a, ()> {
        Box::pin(async move {
            self.inner.remove(key, within).await?;
            self.take(key);
            Ok(())
        })
    }

    fn remove_if<'a>(&'a self, key: &'a Key, expected: &'a [u8], within: Duration) -> Answer<'a, bool> {
        Box::pin(async move {
            let is_done = self.inner.remove_if(key, expected, within).await?;
            if is_done {
                self.take(key);
            }
            Ok(is_done)
        })
    }

    fn changed<'a>(&'a self, key: &'a Key, seen: &'a [u8], within: Duration) -> Answer<'a, ()> {
        self.inner.changed(key, seen, within)
    }

    fn use_tags<'a>(
        &'a self,
        key: &'a Key,
        tags: Tags<'a>,
        ttl: Duration,
        within: Duration,
    ) -> Answer<'a, Vec<Version>> {
        Box::pin(async move {
            let versions = self.inner.use_tags(key, tags, ttl, within).await?;
            for (tag, version) in tags.iter().zip(&versions) {
                if self.at(tag).as_deref() != Some(&version[..]) {
                    self.put(tag, Bytes::copy_from_slice(version));
                }
            }
            Ok(versions)
        })
    }

    fn returns(&self) -> Option<Arc<Returns>> {
        self.inner.returns()
    }

    fn ping(&self, within: Duration) -> Answer<'_, ()> {
        self.inner.ping(within)
    }

    fn close(&self) -> Answer<'_, ()> {
        self.inner.close()
    }
}
