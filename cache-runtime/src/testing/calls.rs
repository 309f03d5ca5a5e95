//! How often a mock was called.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::clock::at_most;

/// So long a test waits for a call that does not come.
const PATIENCE: Duration = Duration::from_secs(10);

/// Counts calls: for the bodies of mocks. Clones count together.
///
/// ```
/// use cache_runtime::testing::Calls;
/// use cache_runtime::{Cache, read_through, with_cache};
///
/// struct Database { selects: Calls }
///
/// #[read_through(key = "name:{id}", ttl = 60, skip(db))]
/// async fn name(id: u64, db: &Database) -> String {
///     db.selects.record();
///     format!("user {id}")
/// }
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// let db = Database { selects: Calls::new() };
/// with_cache(Cache::builder().build()?, async {
///     tokio::join!(name(7, &db), name(7, &db), name(7, &db));
/// })
/// .await;
/// assert_eq!(db.selects.count(), 1);
/// # Ok::<_, cache_runtime::Error>(()) }).unwrap();
/// ```
#[derive(Clone, Debug, Default)]
pub struct Calls(Arc<watch::Sender<u64>>);

impl Calls {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// One call more; returns which one it is, from 1 on.
    #[expect(clippy::must_use_candidate, reason = "most bodies only count")]
    pub fn record(&self) -> u64 {
        let mut number = 0;
        self.0.send_modify(|count| {
            *count += 1;
            number = *count;
        });
        number
    }

    /// How many there were.
    #[must_use]
    pub fn count(&self) -> u64 {
        *self.0.borrow()
    }

    /// Waits for the `n`-th call; returns at once where there were as many. For what runs in the background.
    ///
    /// # Panics
    ///
    /// After ten seconds without it, by the clock of tokio.
    pub async fn reached(&self, n: u64) {
        let mut seen = self.0.subscribe();
        let come = at_most(PATIENCE, seen.wait_for(|count| *count >= n)).await.is_some();
        assert!(come, "call {n} has not come within {PATIENCE:?}; there were {}", self.count());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn who_waits_for_a_call_is_woken_by_it_and_not_by_one_before() {
        let calls = Calls::new();
        let body = calls.clone();
        let waiting = tokio::spawn(async move {
            calls.reached(2).await;
            calls.count()
        });
        assert_eq!(body.record(), 1);
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        assert_eq!(body.record(), 2);
        assert_eq!(waiting.await.unwrap(), 2);
        body.reached(1).await;
    }

    #[tokio::test(start_paused = true)]
    #[should_panic(expected = "call 2 has not come within 10s; there were 1")]
    async fn one_that_does_not_come_is_not_waited_for_for_ever() {
        let calls = Calls::new();
        calls.record();
        calls.reached(2).await;
    }
}
