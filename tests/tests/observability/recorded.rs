//! What a recorder of the `metrics` facade has.

use std::collections::{BTreeMap, BTreeSet};

use cache_runtime::Cache;
use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshotter};

/// A recorder of one thread.
pub(crate) struct Recorder {
    recorder: &'static DebuggingRecorder,
    snapshotter: Snapshotter,
}

/// Series by name and labels, as `name{key=value,..}` without the label `cache`. Of counters and histograms, what has come since
/// the last time.
pub(crate) struct Recorded(BTreeMap<String, DebugValue>);

impl Recorder {
    pub(crate) fn new() -> Self {
        let recorder = Box::leak(Box::new(DebuggingRecorder::new()));
        Self { snapshotter: recorder.snapshotter(), recorder }
    }

    /// What is recorded from now on by this thread goes here.
    pub(crate) fn install(&self) -> metrics::LocalRecorderGuard<'_> {
        metrics::set_default_local_recorder(self.recorder)
    }

    /// What is there once `cache` has reported.
    pub(crate) fn after_report(&self, cache: &Cache) -> Recorded {
        metrics::with_local_recorder(self.recorder, || cache.report_metrics());
        self.recorded()
    }

    pub(crate) fn recorded(&self) -> Recorded {
        let series = self.snapshotter.snapshot().into_vec().into_iter().map(|(key, _, _, value)| {
            let labels = key.key().labels().filter(|label| label.key() != "cache");
            let labels: Vec<_> = labels.map(|label| format!("{}={}", label.key(), label.value())).collect();
            (format!("{}{{{}}}", key.key().name(), labels.join(",")), value)
        });
        Recorded(series.collect())
    }
}

impl Recorded {
    pub(crate) fn counter(&self, series: &str) -> u64 {
        match self.0.get(series) {
            Some(DebugValue::Counter(count)) => *count,
            other => panic!("{series} is {other:?}; there are {:?}", self.0.keys()),
        }
    }

    pub(crate) fn gauge(&self, series: &str) -> f64 {
        match self.0.get(series) {
            Some(DebugValue::Gauge(value)) => value.into_inner(),
            other => panic!("{series} is {other:?}; there are {:?}", self.0.keys()),
        }
    }

    pub(crate) fn histogram(&self, series: &str) -> Vec<f64> {
        match self.0.get(series) {
            Some(DebugValue::Histogram(values)) => values.iter().map(|value| value.into_inner()).collect(),
            other => panic!("{series} is {other:?}; there are {:?}", self.0.keys()),
        }
    }

    pub(crate) fn names(&self) -> BTreeSet<&str> {
        self.0.keys().filter_map(|series| series.split('{').next()).collect()
    }

    pub(crate) fn text(&self) -> String {
        format!("{:?}", self.0)
    }
}
