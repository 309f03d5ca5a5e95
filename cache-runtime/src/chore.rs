//! Work that is done in the background as long as there is some, on every runtime that has asked for it.
//!
//! One task would do, if it could not be left lying with its runtime: one that nobody drives keeps its tasks, and drops none.

use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::{Handle, Id};

use crate::background::Background;

/// So many runtimes at a time can do it.
const MOST_RUNTIMES: usize = 64;

/// One kind of work. Dropping it stops the tasks.
pub(crate) struct Chore {
    tasks: Background,
    /// The runtimes on which a task runs.
    places: Arc<Mutex<Vec<Id>>>,
}

impl Chore {
    pub(crate) fn new() -> Self {
        Self { tasks: Background::new(MOST_RUNTIMES), places: Arc::default() }
    }

    /// Sees to it that a task does the work on this runtime. `work` ends when there is nothing left to do, with `true`, or
    /// when it cannot go on. It is begun again where `is_left` says that something has come in meanwhile.
    pub(crate) fn see_to_it<W>(
        &self,
        work: impl Fn() -> W + Send + Sync + 'static,
        is_left: impl Fn() -> bool + Send + Sync + 'static,
    ) where
        W: Future<Output = bool> + Send + 'static,
    {
        let Ok(runtime) = Handle::try_current() else { return };
        let Some(place) = Place::take(&self.places, runtime.id()) else { return };
        self.tasks.spawn(async move {
            loop {
                let can_go_on = work().await;
                // Under the lock: whoever brings something in either is seen here, or finds the place free.
                let mut places = lock(&place.places);
                if !can_go_on || !is_left() {
                    place.leave(&mut places);
                    return;
                }
            }
        });
    }

    /// Stops the tasks.
    pub(crate) async fn finish(&self) {
        self.finish_within(Duration::ZERO).await;
    }

    /// Waits for the tasks, and stops those that are not done after `grace`.
    pub(crate) async fn finish_within(&self, grace: Duration) {
        self.tasks.finish(grace).await;
    }
}

/// That a task runs on a runtime. Dropped with the task, it makes room for another one.
struct Place {
    places: Arc<Mutex<Vec<Id>>>,
    id: Id,
}

impl Place {
    fn take(places: &Arc<Mutex<Vec<Id>>>, id: Id) -> Option<Self> {
        let mut taken = lock(places);
        if taken.contains(&id) {
            return None;
        }
        taken.push(id);
        Some(Self { places: Arc::clone(places), id })
    }

    fn leave(&self, places: &mut Vec<Id>) {
        places.retain(|place| *place != self.id);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.leave(&mut lock(&self.places));
    }
}

fn lock(places: &Mutex<Vec<Id>>) -> MutexGuard<'_, Vec<Id>> {
    places.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for Chore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chore").field("runtimes", &lock(&self.places).len()).finish_non_exhaustive()
    }
}
