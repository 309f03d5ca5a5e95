//! What a cache has counted, handed on to the recorder of the [`metrics`] facade.
//!
//! The counters are the cache's own, and always on. What has come since the last time is added to those of the recorder that
//! there is by then: several caches can share a name, and a call costs the same with it and without it.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use foldhash::fast::RandomState;
use metrics::{Label, Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};

use super::histogram::Counted;
use super::holdings::Holdings;
use super::observer::{Function, Observer};
use super::stats::Stats;
use super::timed::OperationTimes;

/// A counter: its name, the label that tells it from others of that name, and what it counts.
type Count = (&'static str, Option<(&'static str, &'static str)>, fn(&Stats) -> u64);
/// A gauge: its name, what it shows, and how caches share it.
type Gauge = (&'static str, fn(&Stats) -> u64, fn(u64, u64) -> u64);

const COUNTS: [Count; 27] = [
    ("cache_lookups_total", Some(("outcome", "near_hit")), |stats| stats.near_hits),
    ("cache_lookups_total", Some(("outcome", "hit")), |stats| stats.hits),
    ("cache_lookups_total", Some(("outcome", "absent_hit")), |stats| stats.absent_hits),
    ("cache_lookups_total", Some(("outcome", "stale_hit")), |stats| stats.stale_hits),
    ("cache_lookups_total", Some(("outcome", "held_off")), |stats| stats.held_off),
    ("cache_lookups_total", Some(("outcome", "miss")), |stats| stats.misses),
    ("cache_lookups_total", Some(("outcome", "failed_open")), |stats| stats.failed_open),
    ("cache_lookups_total", Some(("outcome", "bypassed")), |stats| stats.bypassed),
    ("cache_lookups_total", Some(("outcome", "refreshed")), |stats| stats.refreshed),
    ("cache_stale_served_total", Some(("reason", "revalidating")), |stats| stats.stale_hits),
    ("cache_stale_served_total", Some(("reason", "error")), |stats| stats.stale_if_error),
    ("cache_stale_served_total", Some(("reason", "slow")), |stats| stats.stale_if_slow),
    ("cache_loads_total", Some(("result", "ok")), |stats| stats.loads),
    ("cache_loads_total", Some(("result", "error")), |stats| stats.load_failures),
    ("cache_reloads_total", Some(("result", "ok")), |stats| stats.reloads),
    ("cache_reloads_total", Some(("result", "error")), |stats| stats.reload_failures),
    ("cache_reloads_total", Some(("result", "left")), |stats| stats.reloads_left),
    ("cache_reloads_total", Some(("result", "skipped")), |stats| stats.reloads_skipped),
    ("cache_fills_total", Some(("result", "stored")), |stats| stats.fills),
    ("cache_fills_total", Some(("result", "refused")), |stats| stats.refused_fills),
    ("cache_fills_total", Some(("result", "failed")), |stats| stats.fill_failures),
    ("cache_waits_total", None, |stats| stats.waits),
    ("cache_coalesced_total", None, |stats| stats.coalesced),
    ("cache_mismatches_total", None, |stats| stats.mismatches),
    ("cache_too_large_total", None, |stats| stats.too_large),
    ("cache_invalidations_total", Some(("result", "ok")), |stats| stats.invalidations),
    ("cache_invalidations_total", Some(("result", "error")), |stats| stats.invalidation_failures),
];

const GAUGES: [Gauge; 6] = [
    ("cache_breaker_open", |stats| u64::from(stats.breaker_open), u64::max),
    ("cache_near_entries", |stats| stats.near_entries, u64::saturating_add),
    ("cache_near_bytes", |stats| stats.near_bytes, u64::saturating_add),
    ("cache_in_flight", |stats| stats.in_flight, u64::saturating_add),
    ("cache_background_loads", |stats| stats.background_loads, u64::saturating_add),
    ("cache_quarantined", |stats| stats.quarantined, u64::saturating_add),
];

/// Hands on what one cache has counted.
pub(crate) struct Reporter {
    /// Whose it is: the label `cache`.
    cache: Arc<str>,
    holdings: Holdings,
    told: Mutex<Told>,
}

/// What the recorder knows.
#[derive(Default)]
struct Told {
    /// By the number of the function.
    functions: HashMap<usize, Totals, RandomState>,
    operations: HashMap<&'static str, Counted, RandomState>,
}

/// What there was of one function at some time.
#[derive(Default)]
struct Totals {
    stats: Stats,
    hits: Counted,
    loads: Counted,
    waits: Counted,
}

impl Reporter {
    pub(crate) fn new(namespace: &str) -> Self {
        let cache: Arc<str> = namespace.into();
        Self { holdings: Holdings::of(Arc::clone(&cache)), cache, told: Mutex::default() }
    }

    /// Brings the recorder of this thread up to date. `holds` is what the cache holds just now.
    pub(crate) fn report(&self, observer: &Observer, operations: &OperationTimes, holds: &Stats) {
        describe();
        let cache = Label::new("cache", Arc::clone(&self.cache));
        let held = self.holdings.note(holds);
        for (name, shows, together) in GAUGES {
            #[expect(clippy::cast_precision_loss, reason = "a gauge needs no 53rd bit")]
            gauge!(name, vec![cache.clone()]).set(held.iter().map(shows).fold(0, together) as f64);
        }
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        for function in observer.functions() {
            let told = told.functions.entry(function.spec.number()).or_default();
            told.catch_up(function, &[cache.clone(), Label::from_static_parts("function", function.spec.name())]);
        }
        for (operation, now) in operations.counted() {
            let labels = [cache.clone(), Label::from_static_parts("operation", operation)];
            told.operations.entry(operation).or_default().catch_up("cache_store_seconds", &labels, now);
        }
    }
}

impl Totals {
    fn catch_up(&mut self, function: &Function, labels: &[Label]) {
        let now = function.stats();
        for (name, label, count) in COUNTS {
            let more = count(&now).wrapping_sub(count(&self.stats));
            let own = label.map(|(key, value)| Label::from_static_parts(key, value));
            // Also where there is none: a series that begins at zero shows its first increase.
            counter!(name, labels.iter().cloned().chain(own).collect::<Vec<_>>()).increment(more);
        }
        self.stats = now;
        self.hits.catch_up("cache_hit_seconds", labels, function.times.hits.counted());
        self.loads.catch_up("cache_load_seconds", labels, function.times.loads.counted());
        self.waits.catch_up("cache_wait_seconds", labels, function.times.waits.counted());
    }
}

impl Counted {
    fn catch_up(&mut self, name: &'static str, labels: &[Label], now: Self) {
        let histogram = histogram!(name, labels.to_vec());
        for (seconds, count) in now.since(self) {
            histogram.record_many(seconds, count);
        }
        *self = now;
    }
}

fn describe() {
    describe_counter!("cache_lookups_total", "Calls, by what they found in the cache");
    describe_counter!("cache_stale_served_total", "Calls answered with a value past its ttl, by why");
    describe_counter!("cache_loads_total", "Runs of the origin");
    describe_counter!("cache_reloads_total", "Loads in the background");
    describe_counter!("cache_fills_total", "Loaded values, by whether they were stored");
    describe_counter!("cache_waits_total", "Calls that waited for the load of another process");
    describe_counter!("cache_coalesced_total", "Calls that got what another caller loaded");
    describe_counter!("cache_mismatches_total", "Stored values that could not be used");
    describe_counter!("cache_too_large_total", "Values that are larger than is stored");
    describe_counter!("cache_invalidations_total", "Invalidations");
    describe_histogram!("cache_hit_seconds", Unit::Seconds, "How long an answer from the store took");
    describe_histogram!("cache_load_seconds", Unit::Seconds, "How long the origin took");
    describe_histogram!("cache_wait_seconds", Unit::Seconds, "How long calls waited for what another caller loaded");
    describe_histogram!("cache_store_seconds", Unit::Seconds, "How long an operation of the store took");
    describe_gauge!("cache_breaker_open", "1 while the store is known to be out of reach");
    describe_gauge!("cache_near_entries", "Values kept in this process");
    describe_gauge!("cache_near_bytes", Unit::Bytes, "The memory that those are reckoned to take");
    describe_gauge!("cache_in_flight", "Keys that are being loaded, or waited for");
    describe_gauge!("cache_background_loads", "Loads that run in the background");
    describe_gauge!("cache_quarantined", "Invalidations that have failed and are tried again");
}

impl fmt::Debug for Reporter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reporter").field("cache", &self.cache).finish_non_exhaustive()
    }
}
