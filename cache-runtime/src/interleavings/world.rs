//! What a round plays on: an entry, a store, and processes that cache the entry there.

use std::iter;
use std::slice;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use fastrand::Rng;

use super::flaws::{Flaw, Flawed};
use super::oracle::Oracle;
use super::plan::Plan;
use super::scheduler::Scheduler;
use super::server::Server;
use super::store::{AMPLE, SteppedStore};
use super::trace::Told;
use crate::engine::{Engine, Request, Settings};
use crate::key::Key;
use crate::mode::Mode;
use crate::near::Reader;
use crate::policy::Policy;
use crate::spec::BY_HAND;
use crate::store::{Query, Store, Tags};
use crate::value::{Codec, Content, Encoding, ValueType, open};

/// The entries, within their namespace: the same row under several keys.
pub(super) const NAMES: [&str; 3] = ["row", "same-row", "row-again"];
pub(super) const ENCODING: Encoding = Encoding { codec: Codec::DEFAULT, version: 0 };
/// Longer than any round takes: what is slow in a round fails by a step of its own.
const LONG: Duration = Duration::from_secs(3600);
/// How long processes keep what they read. Some pauses are longer.
const NEAR: Duration = Duration::from_secs(30);

/// What all callers of a round share.
#[derive(Debug)]
pub(super) struct World {
    pub(super) plan: Plan,
    pub(super) scheduler: Arc<Scheduler>,
    pub(super) oracle: Oracle,
    pub(super) server: Arc<Server>,
    pub(super) flaw: Option<Flaw>,
    /// Where the row is kept: whoever makes it known makes it known at each.
    pub(super) keys: Vec<Key>,
    pub(super) tag: Key,
    /// The tag of every entry.
    pub(super) everything: Key,
    namespace: String,
}

/// One process, as far as the cache can tell.
#[derive(Clone, Debug)]
pub(super) struct Process {
    pub(super) number: usize,
    pub(super) engine: Arc<Engine>,
    pub(super) store: Arc<SteppedStore>,
}

impl World {
    /// `namespace` keeps its keys apart from those of other rounds on the same store.
    pub(super) fn new(plan: Plan, namespace: String, inner: Arc<dyn Store>, flaw: Option<Flaw>) -> Self {
        let inner = match flaw {
            Some(flaw) => Arc::new(Flawed { inner, flaw, first: Key::new(&namespace, NAMES[0]) }),
            None => inner,
        };
        let keys = NAMES.iter().take(plan.keys).map(|name| Key::new(&namespace, name)).collect();
        Self {
            plan,
            scheduler: Arc::default(),
            oracle: Oracle::default(),
            keys,
            tag: Key::of_tag(&namespace, "rows"),
            everything: Key::of_everything(&namespace),
            server: Arc::new(Server::new(inner)),
            flaw,
            namespace,
        }
    }

    pub(super) fn process(&self, number: usize) -> Process {
        let is_near = number < self.plan.near;
        let wire = is_near.then(|| self.server.connect(number, self.flaw));
        let store = Arc::new(SteppedStore::new(Arc::clone(&self.server), Arc::clone(&self.scheduler), number, wire));
        let settings = Settings {
            namespace: self.namespace.clone(),
            default_codec: Codec::DEFAULT,
            near_capacity: 1 << 20,
            near: Some(NEAR),
            operation_timeout: LONG,
            max_value_bytes: 1 << 20,
            compress_above: usize::MAX,
            backoff: if self.plan.rests { LONG } else { Duration::ZERO },
            background_loads: 8,
            background_timeout: LONG,
        };
        Process { number, engine: Arc::new(Engine::new(Arc::clone(&store) as Arc<dyn Store>, settings)), store }
    }

    /// The way of another program that runs beside `process`.
    pub(super) fn way_to_the_store(&self, process: usize) -> SteppedStore {
        SteppedStore::new(Arc::clone(&self.server), Arc::clone(&self.scheduler), process, None)
    }

    /// A call for the entry of this number.
    pub(super) fn request(&self, process: &Process, entry: usize, policy: Policy, mode: Mode) -> Request {
        Request {
            spec: &BY_HAND,
            key: self.keys[entry].clone(),
            tags: if self.plan.is_tagged { vec![self.tag.clone()] } else { Vec::new() },
            tag_text: self.tag_text().into(),
            policy,
            ttl: None,
            reader: Reader::new::<u64>(ValueType::of::<u64>(), ENCODING),
            mode,
            near: process.engine.near_within(&policy),
        }
    }

    /// Its tags as its callers write them.
    pub(super) fn tag_text(&self) -> &'static str {
        if self.plan.is_tagged { "rows" } else { "" }
    }

    /// Some key that a round may look at: of an entry, its tags, and its election.
    pub(super) fn any_key(&self, rng: &mut Rng) -> Key {
        let entry = &self.keys[rng.usize(..self.keys.len())];
        let keys = [entry, entry, entry, &entry.beside("r"), &self.tag, &self.everything];
        keys[rng.usize(..keys.len())].clone()
    }

    /// What the store has for whoever asks now.
    pub(super) fn stored(&self, key: &Key) -> Option<u64> {
        let bytes = self.server.at(key)?;
        let opened = open(ValueType::of::<u64>(), key.as_str(), &bytes, ENCODING).ok()?;
        let own = self.plan.is_tagged.then_some(&self.tag);
        let now = iter::once(&self.everything).chain(own).map(|tag| self.server.at(tag));
        let is_current = now.eq(opened.tags.iter().map(|version| Some(Bytes::copy_from_slice(version))));
        match opened.content {
            Content::Value(value) if is_current => value.downcast_ref().copied(),
            _ => None,
        }
    }

    /// A restart of the store, a `FLUSHALL`: everything is gone.
    pub(super) async fn flush(&self) {
        let elections: Vec<_> = self.keys.iter().map(|key| key.beside("r")).collect();
        let keys: Vec<_> = self.keys.iter().chain(&elections).chain([&self.tag, &self.everything]).collect();
        self.server.flush(&keys, AMPLE).await;
        self.scheduler.trace.note("the store forgets everything".to_owned());
    }

    /// Its time is over, or it is evicted, which is the same.
    pub(super) async fn expire(&self, key: &Key) {
        self.server.remove(key, AMPLE).await.unwrap();
        self.scheduler.trace.note(format!("the time of {key} is over"));
    }

    /// What a load of another entry does first.
    pub(super) async fn use_tags(&self) {
        let tags = Tags { every: Some(&self.everything), own: slice::from_ref(&self.tag) };
        let versions = self.server.use_tags(&self.keys[0], tags, LONG, AMPLE).await.unwrap();
        let trace = &self.scheduler.trace;
        trace.note(format!("another entry is loaded, with the tags {}", versions.told(trace)));
    }

    /// Takes an entry for older than it is: what is left of its life becomes the part `left` of it.
    pub(super) async fn age(&self, key: &Key, left: f64) {
        let query = Query { key, life: true, keep: false, tags: Tags::NONE };
        let found = self.server.get(query, AMPLE).await.unwrap();
        if let (Some(bytes), Some(life)) = (found.bytes, found.life) {
            let life = life.mul_f64(left);
            self.scheduler.trace.note(format!("{} gets older, {life:?} are left", self.scheduler.trace.name(&bytes)));
            self.server.set(key, bytes, life, AMPLE).await.unwrap();
        }
    }
}
