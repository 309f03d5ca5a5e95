//! Who waits for a change of which key.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// All who wait on one connection. Holds nothing when nobody waits.
#[derive(Default)]
pub(super) struct Waiters {
    table: Mutex<Table>,
}

type Table = HashMap<Box<[u8]>, Vec<Arc<Notify>>, foldhash::fast::RandomState>;

impl Waiters {
    /// From now on no change of `key` is missed.
    pub(super) fn register(self: &Arc<Self>, key: &[u8]) -> Waiter {
        let bell = Arc::new(Notify::new());
        self.table().entry(key.into()).or_default().push(Arc::clone(&bell));
        Waiter { waiters: Arc::clone(self), key: key.into(), bell }
    }

    pub(super) fn wake(&self, key: &[u8]) {
        ring(self.table().remove(key));
    }

    pub(super) fn wake_all(&self) {
        let table = std::mem::take(&mut *self.table());
        ring(table.into_values());
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.table().is_empty()
    }
}

/// Each bell keeps its ring for a waiter that is not listening yet.
fn ring(bells: impl IntoIterator<Item = Vec<Arc<Notify>>>) {
    bells.into_iter().flatten().for_each(|bell| bell.notify_one());
}

/// One who waits. Dropping it leaves the table.
pub(super) struct Waiter {
    waiters: Arc<Waiters>,
    key: Box<[u8]>,
    bell: Arc<Notify>,
}

impl Waiter {
    /// Returns when there was a change since this was registered, or may have been one.
    pub(super) async fn woken(&self) {
        self.bell.notified().await;
    }
}

impl Drop for Waiter {
    fn drop(&mut self) {
        let mut table = self.waiters.table();
        let Some(bells) = table.get_mut(&self.key) else { return };
        bells.retain(|bell| !Arc::ptr_eq(bell, &self.bell));
        if bells.is_empty() {
            table.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::{Duration, timeout};

    async fn is_woken(waiter: &Waiter) -> bool {
        timeout(Duration::from_secs(1), waiter.woken()).await.is_ok()
    }

    #[tokio::test(start_paused = true)]
    async fn a_change_wakes_those_who_wait_for_its_key() {
        let waiters = Arc::<Waiters>::default();
        let [first, second, other] = [b"a", b"a", b"b"].map(|key| waiters.register(key));
        waiters.wake(b"a");
        waiters.wake(b"c");
        assert!(is_woken(&first).await && is_woken(&second).await);
        assert!(!is_woken(&other).await);
        waiters.wake_all();
        assert!(is_woken(&other).await);
    }

    #[test]
    fn nothing_is_kept_when_nobody_waits() {
        let waiters = Arc::<Waiters>::default();
        for gone in [0, 1, 2] {
            let [first, second] = [waiters.register(b"a"), waiters.register(b"a")];
            match gone {
                0 => waiters.wake(b"a"),
                1 => waiters.wake_all(),
                _ => {}
            }
            // Registered after the others were woken.
            let third = waiters.register(b"a");
            drop(first);
            drop(second);
            assert!(!waiters.is_empty());
            drop(third);
            assert!(waiters.is_empty());
        }
    }
}
