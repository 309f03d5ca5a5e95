//! Tasks that outlive the calls that began them: bounded in number, and stopped with the cache that owns them.

use std::fmt;
use std::future::Future;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinHandle;

use crate::clock;

/// A set of tasks. Dropping it stops them.
pub(crate) struct Background {
    tasks: Mutex<Vec<JoinHandle<()>>>,
    room: Arc<Semaphore>,
    most: usize,
}

/// Room for one task, on the runtime that it was asked for in.
pub(crate) struct Room {
    permit: OwnedSemaphorePermit,
    runtime: Handle,
}

impl Background {
    /// Room for this many tasks at a time.
    pub(crate) fn new(most: usize) -> Self {
        let most = most.min(Semaphore::MAX_PERMITS);
        Self { tasks: Mutex::default(), room: Arc::new(Semaphore::new(most)), most }
    }

    /// How many tasks there are.
    pub(crate) fn count(&self) -> usize {
        self.most.saturating_sub(self.room.available_permits())
    }

    /// Room for one task more. `None` where there is none, or no runtime to run it.
    pub(crate) fn room(&self) -> Option<Room> {
        let runtime = Handle::try_current().ok()?;
        let permit = Arc::clone(&self.room).try_acquire_owned().ok()?;
        Some(Room { permit, runtime })
    }

    /// Runs `task`. `false`, and it is dropped, where there is no room for it.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) -> bool {
        self.room().map(|room| self.spawn_in(room, task)).is_some()
    }

    /// Runs `task`. One that panics harms nobody: whatever it must undo is owned by guards.
    pub(crate) fn spawn_in(&self, room: Room, task: impl Future<Output = ()> + Send + 'static) {
        let Room { permit, runtime } = room;
        let occupied = async move {
            task.await;
            drop(permit);
        };
        // Not under the lock: a runtime that is shutting down drops the task at once, and guards in it may spawn in turn.
        let spawned = runtime.spawn(occupied);
        let mut tasks = self.tasks();
        if tasks.len() == tasks.capacity() {
            // Before it grows: not for each of many that are spawned at once.
            tasks.retain(|task| !task.is_finished());
        }
        tasks.push(spawned);
    }

    /// Waits for the tasks there are, and stops those that are not done after `grace`. Tasks may be spawned again.
    pub(crate) async fn finish(&self, grace: Duration) {
        let mut tasks = mem::take(&mut *self.tasks());
        let _ = clock::at_most(grace, all(&mut tasks)).await;
        tasks.iter().for_each(JoinHandle::abort);
        all(&mut tasks).await;
    }

    fn tasks(&self) -> MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits for the end of all of them.
async fn all(tasks: &mut Vec<JoinHandle<()>>) {
    while let Some(task) = tasks.last_mut() {
        let _ = task.await;
        tasks.pop();
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        self.tasks().iter().for_each(JoinHandle::abort);
    }
}

impl fmt::Debug for Background {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Background").field("room", &self.room.available_permits()).finish_non_exhaustive()
    }
}
