//! The store that follows a script.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::script::{Fault, Operation, Script};
use crate::clock;
use crate::error::{Error, ErrorKind};
use crate::key::Key;
use crate::store::{Answer, Coherence, Found, Listener, Query, Returns, Store, Tags};
use crate::value::{Version, is_envelope};

/// A store in front of another one.
#[derive(Debug)]
pub(super) struct FaultyStore {
    inner: Arc<dyn Store>,
    script: Arc<Script>,
}

impl FaultyStore {
    pub(super) fn new(inner: Arc<dyn Store>, script: Arc<Script>) -> Self {
        Self { inner, script }
    }

    /// Does what `run` does within the time it is given, unless something goes wrong.
    fn play<'a, T: Send>(
        &'a self,
        operation: Operation,
        within: Duration,
        run: impl FnOnce(Duration) -> Answer<'a, T> + Send + 'a,
    ) -> Answer<'a, T> {
        let Some(fault) = self.script.turn(operation) else { return run(within) };
        Box::pin(async move {
            match fault {
                Fault::Delay(delay) if delay < within => {
                    clock::pause(delay).await;
                    run(within.saturating_sub(delay)).await
                }
                Fault::Delay(_) | Fault::Silence => Err(silence(within).await),
                Fault::Fail(kind) => Err(Error::new(kind, "the store fails, as the test says")),
                Fault::LoseAnswer => {
                    let start = clock::now();
                    run(within).await?;
                    Err(silence(within.saturating_sub(clock::since(start))).await)
                }
            }
        })
    }
}

/// Nobody answers for that long.
async fn silence(within: Duration) -> Error {
    clock::pause(within).await;
    Error::new(ErrorKind::Timeout, "the store does not answer in time, as the test says")
}

/// What puts these bytes at a key: a value, or what says who loads it.
fn putting(bytes: &[u8]) -> Operation {
    if is_envelope(bytes) { Operation::Write } else { Operation::Lease }
}

/// What leaves nothing at a key: an invalidation, or the end of an election, which is beside its entry.
fn removing(key: &Key) -> Operation {
    if key.as_str().ends_with("%~r") { Operation::Lease } else { Operation::Remove }
}

impl Store for FaultyStore {
    fn get<'a>(&'a self, query: Query<'a>, within: Duration) -> Answer<'a, Found> {
        self.play(Operation::Read, within, move |within| self.inner.get(query, within))
    }

    fn set<'a>(&'a self, key: &'a Key, bytes: Bytes, ttl: Duration, within: Duration) -> Answer<'a, ()> {
        self.play(putting(&bytes), within, move |within| self.inner.set(key, bytes, ttl, within))
    }

    fn add<'a>(&'a self, key: &'a Key, bytes: Bytes, ttl: Duration, within: Duration) -> Answer<'a, bool> {
        self.play(putting(&bytes), within, move |within| self.inner.add(key, bytes, ttl, within))
    }

    fn replace<'a>(
        &'a self,
        key: &'a Key,
        expected: &'a [u8],
        bytes: Bytes,
        ttl: Duration,
        within: Duration,
    ) -> Answer<'a, bool> {
        self.play(putting(&bytes), within, move |within| self.inner.replace(key, expected, bytes, ttl, within))
    }

    fn remove<'a>(&'a self, key: &'a Key, within: Duration) -> Answer<'a, ()> {
        self.play(removing(key), within, move |within| self.inner.remove(key, within))
    }

    fn remove_if<'a>(&'a self, key: &'a Key, expected: &'a [u8], within: Duration) -> Answer<'a, bool> {
        self.play(Operation::Lease, within, move |within| self.inner.remove_if(key, expected, within))
    }

    fn changed<'a>(&'a self, key: &'a Key, seen: &'a [u8], within: Duration) -> Answer<'a, ()> {
        self.play(Operation::Wait, within, move |within| self.inner.changed(key, seen, within))
    }

    fn use_tags<'a>(
        &'a self,
        key: &'a Key,
        tags: Tags<'a>,
        ttl: Duration,
        within: Duration,
    ) -> Answer<'a, Vec<Version>> {
        self.play(Operation::Write, within, move |within| self.inner.use_tags(key, tags, ttl, within))
    }

    fn returns(&self) -> Option<Arc<Returns>> {
        self.inner.returns()
    }

    fn listen(&self, listener: Arc<dyn Listener>) -> bool {
        self.inner.listen(listener)
    }

    fn coherence(&self) -> Coherence {
        self.inner.coherence()
    }

    fn is_out_of_reach(&self) -> bool {
        self.inner.is_out_of_reach()
    }

    fn ping(&self, within: Duration) -> Answer<'_, ()> {
        self.play(Operation::Ping, within, move |within| self.inner.ping(within))
    }

    fn close(&self) -> Answer<'_, ()> {
        self.inner.close()
    }
}
