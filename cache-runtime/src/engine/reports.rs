//! Handing on what was counted to the recorder of the program, now and then.

use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

use super::state::Engine;
use crate::chore::Chore;
use crate::clock;
use crate::observe::{OperationTimes, Reporter, Stats};
use crate::store::{Around, Store};

/// More often than a recorder is read.
const PAUSE: Duration = Duration::from_secs(5);

/// What it takes to report.
#[derive(Debug)]
pub(super) struct Reports {
    reporter: Reporter,
    operations: Arc<OperationTimes>,
    chore: Chore,
    /// Whose reports they are, once that is known.
    owner: OnceLock<Weak<Engine>>,
}

impl Reports {
    /// Nothing to report yet of `store`, which is timed from now on.
    pub(super) fn of(store: Arc<dyn Store>, namespace: &str) -> (Self, Arc<dyn Store>) {
        let operations = Arc::<OperationTimes>::default();
        let timed = Arc::new(Around::new(store, Arc::clone(&operations)));
        (Self { reporter: Reporter::new(namespace), operations, chore: Chore::new(), owner: OnceLock::new() }, timed)
    }
}

impl Engine {
    /// Reports now and then, from the first call of a function, or the next load, on: that tells on which runtime.
    pub(crate) fn report_now_and_then(self: &Arc<Self>) {
        let _ = self.reports.owner.set(Arc::downgrade(self));
    }

    /// Brings the recorder up to date.
    pub(crate) fn report(&self) {
        self.reports.reporter.report(&self.observer, &self.reports.operations, &self.holds());
    }

    /// Sees to it that somebody reports on this runtime.
    pub(super) fn see_to_reports(&self) {
        let Some(owner) = self.reports.owner.get().cloned() else { return };
        let work = move || {
            let owner = Weak::clone(&owner);
            async move {
                while clock::pause(PAUSE).await {
                    match owner.upgrade() {
                        Some(engine) => engine.report(),
                        None => break,
                    }
                }
                // There are no timers to wait with, or nobody is left.
                false
            }
        };
        self.reports.chore.see_to_it(work, || false);
    }

    /// Reports for the last time.
    pub(super) async fn finish_reports(&self) {
        self.reports.chore.finish().await;
        self.report();
    }
}

impl Drop for Engine {
    /// What has come since the last report is not lost with a cache that nobody has shut down, and it holds nothing any more.
    fn drop(&mut self) {
        self.reports.reporter.report(&self.observer, &self.reports.operations, &Stats::default());
    }
}
