//! A store whose operations happen one at a time, each when it is its turn.

use std::future::ready;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::watch;

use super::scheduler::{Effect, Kind, Operation, Scheduler, Verdict};
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

    /// Announces an operation, and waits for its answer. `run` does it, each time that it arrives.
    fn announce<T, F>(
        &self,
        kind: Kind,
        what: String,
        run: impl Fn(Arc<dyn Store>) -> F + Send + 'static,
    ) -> Answer<'_, T>
    where
        T: Told + Send + 'static,
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let can_be_repeated = !what.starts_with("set") && !what.starts_with("add");
        let slot = Arc::new(Mutex::new(None));
        let (answered, scheduler, inner) = (Arc::clone(&slot), Arc::clone(&self.scheduler), Arc::clone(&self.inner));
        let effect: Effect = Box::new(move || {
            let (answered, scheduler, answer) =
                (Arc::clone(&answered), Arc::clone(&scheduler), run(Arc::clone(&inner)));
            Box::pin(async move {
                let answer = answer.await;
                let told = answer.as_ref().map_or_else(ToString::to_string, |answer| answer.told(&scheduler.trace));
                *lock(&answered) = Some(answer);
                told
            })
        });
        let operation = Operation { effect, can_be_repeated };
        Box::pin(async move {
            match self.scheduler.turn(self.process, kind, what, Some(operation)).await {
                Verdict::GoOn => lock(&slot).take().unwrap(),
                failed => Err(error(failed)),
            }
        })
    }

    fn name(&self, bytes: &[u8]) -> String {
        self.scheduler.trace.name(bytes)
    }
}

fn error(verdict: Verdict) -> Error {
    match verdict {
        Verdict::Refuse => Error::new(ErrorKind::Refused, "refused"),
        Verdict::Fail | Verdict::GoOn => Error::new(ErrorKind::Timeout, "no answer in time"),
        Verdict::Dead => Error::new(ErrorKind::Unavailable, "the process is dead"),
    }
}

fn lock<T>(slot: &Mutex<T>) -> MutexGuard<'_, T> {
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A value that is stored late was loaded before; whatever else is put there is a lease.
fn kind_of(bytes: &[u8]) -> Kind {
    if bytes.first() == Some(&b'V') { Kind::Fill } else { Kind::Claim }
}

impl Store for SteppedStore {
    fn get<'a>(&'a self, query: Query<'a>, _within: Duration) -> Answer<'a, Found> {
        let (key, life, tags) = (query.key.clone(), query.life, Owned::from(query.tags));
        self.announce(Kind::Read, format!("get {key}"), move |inner| {
            let (key, tags) = (key.clone(), tags.clone());
            async move { inner.get(Query { key: &key, life, keep: false, tags: tags.borrowed() }, AMPLE).await }
        })
    }

    fn set<'a>(&'a self, key: &'a Key, bytes: Bytes, ttl: Duration, _within: Duration) -> Answer<'a, ()> {
        let (key, kind, what) = (key.clone(), kind_of(&bytes), format!("set {key} to {}", self.name(&bytes)));
        self.announce(kind, what, move |inner| {
            let (key, bytes) = (key.clone(), bytes.clone());
            async move { inner.set(&key, bytes, ttl, AMPLE).await }
        })
    }

    fn add<'a>(&'a self, key: &'a Key, bytes: Bytes, ttl: Duration, _within: Duration) -> Answer<'a, bool> {
        let (key, what) = (key.clone(), format!("add {} at {key}", self.name(&bytes)));
        self.announce(Kind::Claim, what, move |inner| {
            let (key, bytes) = (key.clone(), bytes.clone());
            async move { inner.add(&key, bytes, ttl, AMPLE).await }
        })
    }

    fn replace<'a>(
        &'a self,
        key: &'a Key,
        expected: &'a [u8],
        bytes: Bytes,
        ttl: Duration,
        _within: Duration,
    ) -> Answer<'a, bool> {
        let what = format!("replace {} at {key} by {}", self.name(expected), self.name(&bytes));
        let (key, expected) = (key.clone(), expected.to_vec());
        self.announce(kind_of(&bytes), what, move |inner| {
            let (key, expected, bytes) = (key.clone(), expected.clone(), bytes.clone());
            async move { inner.replace(&key, &expected, bytes, ttl, AMPLE).await }
        })
    }

    fn remove<'a>(&'a self, key: &'a Key, _within: Duration) -> Answer<'a, ()> {
        let key = key.clone();
        self.announce(Kind::Remove, format!("remove {key}"), move |inner| {
            let key = key.clone();
            async move { inner.remove(&key, AMPLE).await }
        })
    }

    fn remove_if<'a>(&'a self, key: &'a Key, expected: &'a [u8], _within: Duration) -> Answer<'a, bool> {
        let what = format!("remove {} at {key}", self.name(expected));
        let (key, expected) = (key.clone(), expected.to_vec());
        self.announce(Kind::Fill, what, move |inner| {
            let (key, expected) = (key.clone(), expected.clone());
            async move { inner.remove_if(&key, &expected, AMPLE).await }
        })
    }

    fn changed<'a>(&'a self, key: &'a Key, seen: &'a [u8], _within: Duration) -> Answer<'a, ()> {
        let what = format!("looks whether {} at {key} has changed", self.name(seen));
        Box::pin(async move {
            match self.scheduler.turn(self.process, Kind::Wake, what, None).await {
                Verdict::GoOn => Ok(()),
                failed => Err(error(failed)),
            }
        })
    }

    fn returns(&self) -> watch::Receiver<u64> {
        self.returns.subscribe()
    }

    fn use_tags<'a>(&'a self, tags: Tags<'a>, ttl: Duration, _within: Duration) -> Answer<'a, Vec<Version>> {
        let (what, tags) = (format!("use {} tags", tags.len()), Owned::from(tags));
        self.announce(Kind::Claim, what, move |inner| {
            let tags = tags.clone();
            async move { inner.use_tags(tags.borrowed(), ttl, AMPLE).await }
        })
    }

    fn ping(&self, within: Duration) -> Answer<'_, ()> {
        self.inner.ping(within)
    }

    fn close(&self) -> Answer<'_, ()> {
        Box::pin(ready(Ok(())))
    }
}

/// [`Tags`] of an operation that outlives its caller.
#[derive(Clone)]
struct Owned {
    every: Option<Key>,
    own: Vec<Key>,
}

impl From<Tags<'_>> for Owned {
    fn from(tags: Tags<'_>) -> Self {
        Self { every: tags.every.cloned(), own: tags.own.to_vec() }
    }
}

impl Owned {
    fn borrowed(&self) -> Tags<'_> {
        Tags { every: self.every.as_ref(), own: &self.own }
    }
}
