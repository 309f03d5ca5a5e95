//! Where the answers of a task came from, for whoever wants to say so in a header or a log line.

use std::cell::Cell;
use std::fmt;
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};

use super::event::Event;

/// Where an answer came from, the least telling first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// It was kept in this process, by `near`.
    Near,
    /// The store had it.
    Hit,
    /// The caller asked for no cache: see [`bypass`](crate::bypass).
    Bypass,
    /// Neither had it, or was asked (see [`refreshing`](crate::refreshing)), or the store did not answer: it was loaded, by this
    /// caller or by one that was loading it already. So was an error.
    Miss,
    /// It is an old value, past its ttl: see `stale_while_revalidate`, `stale_if_error` and `soft_timeout`.
    Stale,
}

impl Outcome {
    /// All of them, in their order.
    pub const ALL: [Self; 5] = [Self::Near, Self::Hit, Self::Bypass, Self::Miss, Self::Stale];

    /// One word: `near`, `hit`, `bypass`, `miss` or `stale`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Near => "near",
            Self::Hit => "hit",
            Self::Bypass => "bypass",
            Self::Miss => "miss",
            Self::Stale => "stale",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Where the answers came from that a future got: see [`observed`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcomes {
    counts: [u32; Outcome::ALL.len()],
}

impl Outcomes {
    /// How many answers came from there. Each key of a call for many keys counts; an old value in the place of one that could
    /// not be loaded counts as a miss as well.
    #[must_use]
    pub fn count(&self, outcome: Outcome) -> u32 {
        self.counts.get(outcome as usize).copied().unwrap_or_default()
    }

    /// The most telling of them: old if anything was old, else loaded if anything was, and so on. `None`: no cached function
    /// was asked.
    #[must_use]
    pub fn worst(&self) -> Option<Outcome> {
        Outcome::ALL.into_iter().rev().find(|outcome| self.count(*outcome) > 0)
    }

    fn add(mut self, outcome: Outcome) -> Self {
        if let Some(count) = self.counts.get_mut(outcome as usize) {
            *count = count.saturating_add(1);
        }
        self
    }
}

tokio::task_local! {
    static SEEN: Cell<Outcomes>;
}

/// Set by the first who wants to know, so that all others pay one load.
static IS_WANTED: AtomicBool = AtomicBool::new(false);

/// Runs `future`, and tells where the answers came from that cached functions gave it: for a header such as `cache: hit`.
///
/// Calls of its own task count, in whatever cache, also those that the bodies of cached functions make. A task spawned inside does not
/// count, nor does a reload in the background. Within another one, calls count for the inner one only. Dropping it is as safe
/// as dropping `future`.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// use cache_runtime::{Cache, Outcome, observed, read_through, with_cache};
///
/// #[read_through(key = "square:{n}", ttl = 60)]
/// async fn square(n: u64) -> u64 { n * n }
///
/// with_cache(Cache::builder().url("memory://").build()?, async {
///     let (_, outcomes) = observed(square(7)).await;
///     assert_eq!(outcomes.worst(), Some(Outcome::Miss));
///     let (answer, outcomes) = observed(square(7)).await;
///     assert_eq!((answer, outcomes.worst().map(Outcome::as_str)), (49, Some("hit")));
/// }).await;
/// # Ok::<_, cache_runtime::Error>(()) }).unwrap();
/// ```
pub fn observed<F: Future>(future: F) -> impl Future<Output = (F::Output, Outcomes)> + use<F> {
    IS_WANTED.store(true, Ordering::Relaxed);
    SEEN.scope(Cell::default(), async move {
        let returned = future.await;
        (returned, SEEN.with(Cell::get))
    })
}

/// Notes what happened for the current task.
pub(super) fn note(event: Event) {
    if IS_WANTED.load(Ordering::Relaxed)
        && let Some(outcome) = event.outcome()
    {
        let _ = SEEN.try_with(|seen| seen.set(seen.get().add(outcome)));
    }
}
