//! A store whose operations happen one at a time, each when it is its turn.

use std::future::ready;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;

use super::scheduler::{Effect, Kind, Operation, Scheduler, Verdict};
use super::server::Server;
use super::trace::Told;
use super::wire::Wire;
use crate::error::{Error, ErrorKind};
use crate::key::Key;
use crate::store::{Answer, Coherence, Found, Listener, Pledge, Query, Returns, Store, Tags};
use crate::value::Version;

/// What the store behind is given for each operation: it is well.
pub(super) const AMPLE: Duration = Duration::from_secs(30);

/// The way of one process to the store.
#[derive(Debug)]
pub(super) struct SteppedStore {
    server: Arc<Server>,
    scheduler: Arc<Scheduler>,
    process: usize,
    /// On which it is told of changes, if it is.
    wire: Option<Arc<Wire>>,
    returns: Arc<Returns>,
}

impl SteppedStore {
    pub(super) fn new(server: Arc<Server>, scheduler: Arc<Scheduler>, process: usize, wire: Option<Arc<Wire>>) -> Self {
        Self { server, scheduler, process, wire, returns: Returns::none() }
    }

    /// It seems to the process that the store was gone for a moment.
    pub(super) fn come_back(&self) {
        self.returns.add();
        self.returns.tell();
    }

    /// Announces an operation, and waits for its answer. `run` does it, each time that it arrives.
    fn announce<T, F>(&self, kind: Kind, what: String, run: impl Fn(Arc<Server>) -> F + Send + 'static) -> Answer<'_, T>
    where
        T: Told + Send + 'static,
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        self.announce_on(None, kind, what, run)
    }

    /// The same; where there is a wire, the answer travels on that.
    fn announce_on<T, F>(
        &self,
        wire: Option<Arc<Wire>>,
        kind: Kind,
        what: String,
        run: impl Fn(Arc<Server>) -> F + Send + 'static,
    ) -> Answer<'_, T>
    where
        T: Told + Send + 'static,
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        // What travels on a wire is sent again when that breaks.
        let can_be_repeated = !what.starts_with("set") && !what.starts_with("add") && wire.is_none();
        let slot = Arc::new(Mutex::new(None));
        let (answered, scheduler, server) = (Arc::clone(&slot), Arc::clone(&self.scheduler), Arc::clone(&self.server));
        let effect: Effect = Box::new(move || {
            let (answered, scheduler, answer) =
                (Arc::clone(&answered), Arc::clone(&scheduler), run(Arc::clone(&server)));
            Box::pin(async move {
                let answer = answer.await;
                let told = answer.as_ref().map_or_else(ToString::to_string, |answer| answer.told(&scheduler.trace));
                *lock(&answered) = Some(answer);
                told
            })
        });
        let operation = Operation { effect, can_be_repeated, wire };
        Box::pin(async move {
            match self.scheduler.turn(self.process, kind, what, Some(operation)).await {
                Verdict::GoOn => lock(&slot).take().unwrap(),
                failed => Err(error(failed)),
            }
        })
    }

    /// A read whose answer is to be kept.
    async fn kept(&self, query: Query<'_>, wire: &Arc<Wire>, pledge: Pledge) -> Result<Found, Error> {
        let (key, tags) = (query.key.clone(), Owned::from(query.tags));
        let _under_way = wire.read();
        let tracking = Arc::clone(wire);
        let answer =
            self.announce_on(Some(Arc::clone(wire)), Kind::Read, format!("get {key} to keep it"), move |server| {
                let (key, tags, tracking) = (key.clone(), tags.clone(), Arc::clone(&tracking));
                async move {
                    let tags = tags.borrowed();
                    tracking.track(tags.iter().chain([&key]));
                    server.get(Query { key: &key, life: true, keep: false, tags }, AMPLE).await
                }
            });
        let found = answer.await?;
        Ok(Found { pledge: wire.pledged(pledge), ..found })
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
        let pledge = self.wire.as_ref().filter(|_| query.keep).and_then(|wire| Some((wire, wire.pledge()?)));
        if let Some((wire, pledge)) = pledge {
            return Box::pin(self.kept(query, wire, pledge));
        }
        let (key, life, tags) = (query.key.clone(), query.life, Owned::from(query.tags));
        self.announce(Kind::Read, format!("get {key}"), move |server| {
            let (key, tags) = (key.clone(), tags.clone());
            async move { server.get(Query { key: &key, life, keep: false, tags: tags.borrowed() }, AMPLE).await }
        })
    }

    fn set<'a>(&'a self, key: &'a Key, bytes: Bytes, ttl: Duration, _within: Duration) -> Answer<'a, ()> {
        let (key, kind, what) = (key.clone(), kind_of(&bytes), format!("set {key} to {}", self.name(&bytes)));
        self.announce(kind, what, move |server| {
            let (key, bytes) = (key.clone(), bytes.clone());
            async move { server.set(&key, bytes, ttl, AMPLE).await }
        })
    }

    fn add<'a>(&'a self, key: &'a Key, bytes: Bytes, ttl: Duration, _within: Duration) -> Answer<'a, bool> {
        let (key, what) = (key.clone(), format!("add {} at {key}", self.name(&bytes)));
        self.announce(Kind::Claim, what, move |server| {
            let (key, bytes) = (key.clone(), bytes.clone());
            async move { server.add(&key, bytes, ttl, AMPLE).await }
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
        self.announce(kind_of(&bytes), what, move |server| {
            let (key, expected, bytes) = (key.clone(), expected.clone(), bytes.clone());
            async move { server.replace(&key, &expected, bytes, ttl, AMPLE).await }
        })
    }

    fn remove<'a>(&'a self, key: &'a Key, _within: Duration) -> Answer<'a, ()> {
        let key = key.clone();
        self.announce(Kind::Remove, format!("remove {key}"), move |server| {
            let key = key.clone();
            async move { server.remove(&key, AMPLE).await }
        })
    }

    fn remove_if<'a>(&'a self, key: &'a Key, expected: &'a [u8], _within: Duration) -> Answer<'a, bool> {
        let what = format!("remove {} at {key}", self.name(expected));
        let (key, expected) = (key.clone(), expected.to_vec());
        self.announce(Kind::Fill, what, move |server| {
            let (key, expected) = (key.clone(), expected.clone());
            async move { server.remove_if(&key, &expected, AMPLE).await }
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

    fn returns(&self) -> Option<Arc<Returns>> {
        Some(Arc::clone(&self.returns))
    }

    fn listen(&self, listener: Arc<dyn Listener>) -> bool {
        let wire = self.wire.as_ref();
        wire.inspect(|wire| wire.listen(listener)).is_some()
    }

    fn coherence(&self) -> Coherence {
        self.wire.as_ref().map_or(Coherence::None, |wire| wire.coherence())
    }

    fn use_tags<'a>(
        &'a self,
        key: &'a Key,
        tags: Tags<'a>,
        ttl: Duration,
        _within: Duration,
    ) -> Answer<'a, Vec<Version>> {
        let (what, key, tags) = (format!("use {} tags", tags.len()), key.clone(), Owned::from(tags));
        self.announce(Kind::Claim, what, move |server| {
            let (key, tags) = (key.clone(), tags.clone());
            async move { server.use_tags(&key, tags.borrowed(), ttl, AMPLE).await }
        })
    }

    fn ping(&self, within: Duration) -> Answer<'_, ()> {
        self.server.ping(within)
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
