//! A store whose operations happen one at a time, each when it is its turn.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::watch;

use super::scheduler::{Effect, Kind, Scheduler, Verdict};
use super::trace::Told;
use crate::error::{Error, ErrorKind};
use crate::key::Key;
use crate::store::{Answer, Found, Query, Store, Tags};
use crate::value::Version;

/// What the store behind is given for each operation: it is well.
pub(super) const AMPLE: Duration = Duration::from_secs(30);

/// The way of one process to the store.
#[derive(Debug)]
pub(super) struct SteppedStore {
    inner: Arc<dyn Store>,
    scheduler: Arc<Scheduler>,
    process: usize,
    returns: watch::Sender<u64>,
}

impl SteppedStore {
    pub(super) fn new(inner: Arc<dyn Store>, scheduler: Arc<Scheduler>, process: usize) -> Self {
        Self { inner, scheduler, process, returns: watch::Sender::new(0) }
    }

    /// It seems to the process that the store was gone for a moment.
    pub(super) fn come_back(&self) {
        self.returns.send_modify(|times| *times += 1);
    }

    /// Announces an operation, and waits for its answer.
    fn announce<'a, T, F>(&'a self, kind: Kind, what: String, operation: F) -> Answer<'a, T>
    where
        T: Told + Send + 'static,
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let slot = Arc::new(Mutex::new(None));
        let (answered, scheduler) = (Arc::clone(&slot), Arc::clone(&self.scheduler));
        let effect: Effect = Box::pin(async move {
            let answer = operation.await;
            let told = answer.as_ref().map_or_else(ToString::to_string, |answer| answer.told(&scheduler.trace));
            *answered.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
            told
        });
        Box::pin(async move {
            match self.scheduler.turn(self.process, kind, what, Some(effect)).await {
                Verdict::GoOn => slot.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap(),
                Verdict::Fail => Err(Error::new(ErrorKind::Timeout, "no answer in time")),
                Verdict::Dead => Err(Error::new(ErrorKind::Unavailable, "the process is dead")),
            }
        })
    }

    fn name(&self, bytes: &[u8]) -> String {
        self.scheduler.trace.name(bytes)
    }
}

/// A value that is stored late was loaded before; whatever else is put there is a lease.
fn kind_of(bytes: &[u8]) -> Kind {
    if bytes.first() == Some(&b'V') { Kind::Fill } else { Kind::Claim }
}

impl Store for SteppedStore {
    fn get<'a>(&'a self, query: Query<'a>, _within: Duration) -> Answer<'a, Found> {
        let (inner, key, life) = (Arc::clone(&self.inner), query.key.clone(), query.life);
        let (every, own) = (query.tags.every.cloned(), query.tags.own.to_vec());
        self.announce(Kind::Read, format!("get {key}"), async move {
            let tags = Tags { every: every.as_ref(), own: &own };
            inner.get(Query { key: &key, life, tags }, AMPLE).await
        })
    }

    fn set<'a>(&'a self, key: &'a Key, bytes: Bytes, ttl: Duration, _within: Duration) -> Answer<'a, ()> {
        let (inner, key) = (Arc::clone(&self.inner), key.clone());
        let what = format!("set {key} to {}", self.name(&bytes));
        self.announce(kind_of(&bytes), what, async move { inner.set(&key, bytes, ttl, AMPLE).await })
    }

    fn add<'a>(&'a self, key: &'a Key, bytes: Bytes, ttl: Duration, _within: Duration) -> Answer<'a, bool> {
        let (inner, key) = (Arc::clone(&self.inner), key.clone());
        let what = format!("add {} at {key}", self.name(&bytes));
        self.announce(Kind::Claim, what, async move { inner.add(&key, bytes, ttl, AMPLE).await })
    }

    fn replace<'a>(
        &'a self,
        key: &'a Key,
        expected: &'a [u8],
        bytes: Bytes,
        ttl: Duration,
        _within: Duration,
    ) -> Answer<'a, bool> {
        let (inner, key, expected) = (Arc::clone(&self.inner), key.clone(), expected.to_vec());
        let what = format!("replace {} at {key} by {}", self.name(&expected), self.name(&bytes));
        self.announce(
            kind_of(&bytes),
            what,
            async move { inner.replace(&key, &expected, bytes, ttl, AMPLE).await },
        )
    }

    fn remove<'a>(&'a self, key: &'a Key, _within: Duration) -> Answer<'a, ()> {
        let (inner, key) = (Arc::clone(&self.inner), key.clone());
        self.announce(Kind::Claim, format!("remove {key}"), async move { inner.remove(&key, AMPLE).await })
    }

    fn remove_if<'a>(&'a self, key: &'a Key, expected: &'a [u8], _within: Duration) -> Answer<'a, bool> {
        let (inner, key, expected) = (Arc::clone(&self.inner), key.clone(), expected.to_vec());
        let what = format!("remove {} at {key}", self.name(&expected));
        self.announce(Kind::Fill, what, async move { inner.remove_if(&key, &expected, AMPLE).await })
    }

    fn changed<'a>(&'a self, key: &'a Key, seen: &'a [u8], _within: Duration) -> Answer<'a, ()> {
        let what = format!("looks whether {} at {key} has changed", self.name(seen));
        Box::pin(async move {
            match self.scheduler.turn(self.process, Kind::Wake, what, None).await {
                Verdict::GoOn | Verdict::Fail => Ok(()),
                Verdict::Dead => Err(Error::new(ErrorKind::Unavailable, "the process is dead")),
            }
        })
    }

    fn returns(&self) -> watch::Receiver<u64> {
        self.returns.subscribe()
    }

    fn use_tags<'a>(&'a self, tags: Tags<'a>, ttl: Duration, _within: Duration) -> Answer<'a, Vec<Version>> {
        let inner = Arc::clone(&self.inner);
        let (every, own) = (tags.every.cloned(), tags.own.to_vec());
        let what = format!("use {} tags", tags.len());
        self.announce(Kind::Claim, what, async move {
            inner.use_tags(Tags { every: every.as_ref(), own: &own }, ttl, AMPLE).await
        })
    }

    fn ping(&self, within: Duration) -> Answer<'_, ()> {
        self.inner.ping(within)
    }

    fn close(&self) -> Answer<'_, ()> {
        Box::pin(std::future::ready(Ok(())))
    }
}
