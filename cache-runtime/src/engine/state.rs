//! What all verbs share: the store, the flights, the listeners, and what is remembered about keys in trouble.

use std::sync::Arc;
use std::time::Duration;

use super::aside::Aside;
use super::backoff::Backoff;
use super::leftovers::Leftovers;
use super::many::Crowd;
use super::recall::Recall;
use super::recent::Recent;
#[cfg(feature = "metrics")]
use super::reports::Reports;
use super::too_large::Told;
use crate::background::Background;
use crate::flight::Board;
use crate::key::Key;
use crate::near::Near;
use crate::observe::{Event, Observer, Stats, Subject};
use crate::spec::Spec;
use crate::store::{Listener, Store};
use crate::value::Codec;

/// How many invalidations may be finished in the background at a time, whose callers are gone.
const MOST_DUTIES: usize = 4096;
/// How long reloads that are running may go on after the cache is told to stop.
const GRACE: Duration = Duration::from_secs(5);

/// The settings of a cache that its verbs need.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) namespace: String,
    pub(crate) default_codec: Option<Codec>,
    /// The memory that decoded values may take in this process, in bytes.
    pub(crate) near_capacity: u64,
    /// How long they are kept, where a function does not say.
    pub(crate) near: Option<Duration>,
    pub(crate) operation_timeout: Duration,
    pub(crate) max_value_bytes: usize,
    /// Payloads of more than this many bytes are compressed.
    pub(crate) compress_above: usize,
    /// How long an origin that failed is left alone at first.
    pub(crate) backoff: Duration,
    /// How many loads may run in the background at a time.
    pub(crate) background_loads: usize,
    /// How long each of them may take.
    pub(crate) background_timeout: Duration,
}

/// The working parts of one cache.
#[derive(Debug)]
pub(crate) struct Engine {
    pub(crate) settings: Settings,
    pub(super) store: Arc<dyn Store>,
    /// Where the store is far.
    pub(super) near: Option<Arc<Near>>,
    /// The tag that every entry has.
    pub(super) everything: Key,
    pub(super) flights: Arc<Board>,
    pub(super) backoff: Backoff,
    pub(super) recall: Arc<Recall>,
    pub(super) recent: Recent,
    pub(crate) observer: Observer,
    pub(super) aside: Aside,
    pub(super) told_too_large: Told,
    /// Those who ask for many keys.
    pub(super) crowd: Crowd,
    /// Loads that no caller waits for.
    pub(super) loads: Background,
    /// What must be done although the caller it was done for is gone.
    pub(crate) duties: Background,
    /// What is left of leases.
    pub(super) leftovers: Arc<Leftovers>,
    #[cfg(feature = "metrics")]
    pub(super) reports: Reports,
}

impl Engine {
    pub(crate) fn new(store: Arc<dyn Store>, settings: Settings) -> Self {
        #[cfg(feature = "metrics")]
        let (reports, store) = Reports::of(store, &settings.namespace);
        let recall = Arc::new(Recall::new(Arc::clone(&store), settings.operation_timeout));
        let everything = Key::of_everything(&settings.namespace);
        let near = Arc::new(Near::new(settings.near_capacity, &settings.namespace));
        let is_told = store.listen(Arc::clone(&near) as Arc<dyn Listener>);
        Self {
            near: (is_told && settings.near_capacity > 0).then_some(near),
            everything,
            flights: Arc::new(Board::new()),
            backoff: Backoff::new(settings.backoff),
            recent: Recent::new(Arc::clone(&store), settings.operation_timeout, Arc::clone(&recall)),
            recall,
            observer: Observer::new(),
            aside: Aside::new(),
            told_too_large: Told::default(),
            crowd: Crowd::default(),
            loads: Background::new(settings.background_loads),
            duties: Background::new(MOST_DUTIES),
            leftovers: Arc::new(Leftovers::new()),
            #[cfg(feature = "metrics")]
            reports,
            store,
            settings,
        }
    }

    pub(crate) fn store(&self) -> &dyn Store {
        &*self.store
    }

    /// Waits for what runs in the background, and stops what takes too long. A later use may begin more.
    pub(crate) async fn finish(&self) {
        // Loads that are stopped give their leases back.
        self.loads.finish(GRACE).await;
        self.duties.finish(GRACE).await;
        self.leftovers.finish(GRACE).await;
        self.recent.finish().await;
        let left = self.recall.finish().await;
        #[cfg(feature = "metrics")]
        self.finish_reports().await;
        if left > 0 {
            tracing::error!(target: "cache_runtime", left, "invalidations have not gone through; those entries may be served elsewhere until their ttl is over");
        }
    }

    /// Whether nothing is done in the background for a call, or for one whose caller is gone.
    #[cfg(any(test, feature = "test-util"))]
    pub(crate) fn is_idle(&self) -> bool {
        self.loads.count() + self.duties.count() == 0
    }

    pub(crate) fn stats(&self) -> Stats {
        self.observer.stats().in_a_cache_that(&self.holds())
    }

    /// What one function has done.
    pub(crate) fn stats_of(&self, spec: &'static Spec) -> Stats {
        self.observer.stats_of(spec).in_a_cache_that(&self.holds())
    }

    /// What each function has done that did anything.
    pub(crate) fn stats_by_function(&self) -> Vec<(&'static Spec, Stats)> {
        let holds = self.holds();
        self.observer.stats_by_function().map(|(spec, did)| (spec, did.in_a_cache_that(&holds))).collect()
    }

    /// What it holds just now, and nothing of what it has done.
    pub(super) fn holds(&self) -> Stats {
        let (entries, bytes) = self.near.as_ref().map_or((0, 0), |near| near.size());
        Stats {
            near_entries: entries as u64,
            near_bytes: bytes,
            coherence: self.store.coherence(),
            in_flight: self.flights.count() as u64,
            background_loads: self.loads.count() as u64,
            quarantined: self.recall.count() as u64,
            breaker_open: self.store.is_out_of_reach(),
            ..Stats::default()
        }
    }

    pub(super) fn tell<'a>(&self, subject: impl Into<Subject<'a>>, event: Event) {
        let is_first = self.observer.tell(subject.into(), event);
        #[cfg(feature = "metrics")]
        if is_first || matches!(event, Event::Loaded { .. } | Event::LoadFailed { .. } | Event::FailedOpen { .. }) {
            self.see_to_reports();
        }
        #[cfg(not(feature = "metrics"))]
        let _ = is_first;
    }
}
