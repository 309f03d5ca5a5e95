//! Tasks that outlive the calls that began them: bounded in number, and stopped with the cache that owns them.

use std::fmt;
use std::future::Future;
use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::task::JoinSet;

use crate::clock;

/// A set of tasks. Dropping it stops them.
pub(crate) struct Background {
    tasks: Mutex<JoinSet<()>>,
    most: usize,
}

impl Background {
    /// Room for this many tasks at a time.
    pub(crate) fn new(most: usize) -> Self {
        Self { tasks: Mutex::default(), most }
    }

    /// Runs `task` on the runtime of the caller. `false`, and the task is dropped, where there is no room or no runtime.
    ///
    /// A task that panics harms nobody: whatever it must undo is owned by guards.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) -> bool {
        let Ok(runtime) = Handle::try_current() else { return false };
        let mut tasks = self.tasks();
        while tasks.try_join_next().is_some() {}
        let has_room = tasks.len() < self.most;
        if has_room {
            tasks.spawn_on(task, &runtime);
        }
        has_room
    }

    /// Waits for the tasks there are, and stops those that are not done after `grace`. Tasks may be spawned again.
    pub(crate) async fn finish(&self, grace: Duration) {
        let mut tasks = mem::take(&mut *self.tasks());
        let _ = clock::at_most(grace, async { while tasks.join_next().await.is_some() {} }).await;
        tasks.shutdown().await;
    }

    fn tasks(&self) -> MutexGuard<'_, JoinSet<()>> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Background {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Background").field("tasks", &self.tasks().len()).field("most", &self.most).finish()
    }
}
