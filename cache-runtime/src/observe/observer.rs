//! Who is told of every event of one cache.

use super::event::{Event, Subject};
use super::functions::Functions;
#[cfg(feature = "metrics")]
use super::histogram::Times;
use super::lap::Lap;
use super::outcome;
use super::stats::{Counters, Stats};
use crate::spec::Spec;

/// Counts what happens, by function; notes it for who [observes](crate::observed) a task; and tells the log.
#[derive(Debug)]
pub(crate) struct Observer {
    functions: Functions<Function>,
}

/// What is known of one function.
#[derive(Debug)]
pub(super) struct Function {
    pub(super) spec: &'static Spec,
    counters: Counters,
    #[cfg(feature = "metrics")]
    pub(super) times: Times,
}

impl Function {
    fn new(spec: &'static Spec) -> Self {
        Self {
            spec,
            counters: Counters::default(),
            #[cfg(feature = "metrics")]
            times: Times::default(),
        }
    }

    pub(super) fn stats(&self) -> Stats {
        let mut stats = Stats::default();
        self.counters.add_to(&mut stats);
        stats
    }
}

impl Observer {
    pub(crate) const fn new() -> Self {
        Self { functions: Functions::new() }
    }

    /// Called on the hot path: is quick, and does not block. `true`: it is the first that was heard of a function.
    pub(crate) fn tell(&self, subject: Subject<'_>, event: Event) -> bool {
        let mut is_first = false;
        if let Some(function) = self.functions.of(subject.spec, || {
            is_first = true;
            Function::new(subject.spec)
        }) {
            function.counters.count(event);
            #[cfg(feature = "metrics")]
            function.times.note(event);
        }
        outcome::note(event);
        tracing::debug!(target: "cache_runtime", function = subject.spec.name(), key = subject.key, ?event);
        is_first
    }

    /// What all functions together have done.
    pub(crate) fn stats(&self) -> Stats {
        let mut sum = Stats::default();
        self.functions().for_each(|function| function.counters.add_to(&mut sum));
        sum
    }

    /// What one function has done.
    pub(crate) fn stats_of(&self, spec: &'static Spec) -> Stats {
        self.functions.get(spec).map(Function::stats).unwrap_or_default()
    }

    /// What each function has done that did anything.
    pub(crate) fn stats_by_function(&self) -> impl Iterator<Item = (&'static Spec, Stats)> {
        self.functions().map(|function| (function.spec, function.stats()))
    }

    /// Notes how long an answer from the store took.
    #[cfg_attr(not(feature = "metrics"), expect(unused_variables, clippy::unused_self, reason = "nobody asks"))]
    pub(crate) fn hit_took(&self, spec: &'static Spec, lap: Lap) {
        #[cfg(feature = "metrics")]
        if let Some(function) = self.functions.get(spec) {
            function.times.hits.of_this_thread().record(lap.took());
        }
    }

    pub(super) fn functions(&self) -> impl Iterator<Item = &Function> {
        self.functions.iter()
    }
}
