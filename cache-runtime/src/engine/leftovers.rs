//! What is left to do when a lease ends and nobody waits for that: to give it back, mostly.
//!
//! A call for many keys has many leases, all of which end when it is dropped. They share one task for each runtime.

use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Waker};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::sync::Notify;

use crate::chore::Chore;
use crate::clock;

/// So many are done at a time: there must be room for what callers wait for.
const AT_A_TIME: usize = 512;
/// So many can wait. More leases than that end by themselves.
const MOST: usize = 1 << 17;

type Duty = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Duties that are each done in a moment, if the store is well.
#[derive(Debug)]
pub(super) struct Leftovers {
    waiting: Arc<Waiting>,
    chore: Chore,
}

#[derive(Default)]
struct Waiting {
    duties: Mutex<VecDeque<Duty>>,
    /// There are more.
    more: Notify,
}

impl Leftovers {
    pub(super) fn new() -> Self {
        Self { waiting: Arc::default(), chore: Chore::new() }
    }

    /// Does `duty` at once as far as it goes without waiting, which is to its end in a store without a network, and then in the
    /// background. Where others wait, it waits as well.
    pub(super) fn add(&self, duty: impl Future<Output = ()> + Send + 'static) {
        let mut duty: Duty = Box::pin(duty);
        let is_first = self.waiting.duties().is_empty();
        if is_first && duty.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready() {
            return;
        }
        if let Some(_left_undone) = self.waiting.push(duty) {
            return;
        }
        let (waiting, asked) = (Arc::clone(&self.waiting), Arc::clone(&self.waiting));
        let work = move || {
            let waiting = Arc::clone(&waiting);
            async move {
                waiting.run().await;
                true
            }
        };
        self.chore.see_to_it(work, move || !asked.duties().is_empty());
    }

    /// Waits for what there is to do, and leaves undone what is not done after `grace`.
    pub(super) async fn finish(&self, grace: Duration) {
        self.chore.finish_within(grace).await;
        // Each may have a guard of its own: not under the lock.
        let left = std::mem::take(&mut *self.waiting.duties());
        drop(left);
    }
}

impl Waiting {
    /// Returns it where there is no room for it.
    fn push(&self, duty: Duty) -> Option<Duty> {
        let mut duties = self.duties();
        if duties.len() >= MOST {
            return Some(duty);
        }
        duties.push_back(duty);
        drop(duties);
        self.more.notify_waiters();
        None
    }

    /// Runs until nothing is left to do.
    async fn run(&self) {
        let mut doing = FuturesUnordered::new();
        loop {
            let mut more = pin!(self.more.notified());
            // Before it is looked: what comes from here on is not missed.
            more.as_mut().enable();
            doing.extend(self.take(AT_A_TIME - doing.len()));
            if doing.is_empty() {
                return;
            }
            if doing.len() < AT_A_TIME {
                clock::before(doing.next(), more).await;
            } else {
                doing.next().await;
            }
        }
    }

    fn take(&self, most: usize) -> Vec<Duty> {
        let mut duties = self.duties();
        let count = duties.len().min(most);
        duties.drain(..count).collect()
    }

    fn duties(&self) -> MutexGuard<'_, VecDeque<Duty>> {
        self.duties.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Waiting").field("duties", &self.duties().len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::time::sleep;

    use super::*;

    const MANY: usize = 10_000;
    const PAUSE: Duration = Duration::from_millis(1);

    /// One that takes some time, and how many of its like are under way.
    fn slow(under_way: &Arc<AtomicUsize>, done: &Arc<AtomicUsize>) -> impl Future<Output = ()> + Send + 'static {
        let (under_way, done) = (Arc::clone(under_way), Arc::clone(done));
        async move {
            assert!(under_way.fetch_add(1, Ordering::SeqCst) <= AT_A_TIME);
            sleep(PAUSE).await;
            under_way.fetch_sub(1, Ordering::SeqCst);
            done.fetch_add(1, Ordering::SeqCst);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn all_are_done_some_at_a_time_whenever_they_come() {
        let (leftovers, under_way, done) = (Leftovers::new(), Arc::default(), Arc::<AtomicUsize>::default());
        for round in 1..=3 {
            for _ in 0..MANY {
                leftovers.add(slow(&under_way, &done));
            }
            sleep(PAUSE / 2).await;
            leftovers.add(slow(&under_way, &done));
            leftovers.finish(Duration::from_secs(60)).await;
            assert_eq!(done.load(Ordering::SeqCst), round * (MANY + 1));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_takes_long_keeps_none_from_being_done() {
        let (leftovers, under_way, done) = (Leftovers::new(), Arc::default(), Arc::<AtomicUsize>::default());
        leftovers.add(std::future::pending());
        tokio::task::yield_now().await;
        leftovers.add(slow(&under_way, &done));
        sleep(2 * PAUSE).await;
        assert_eq!(done.load(Ordering::SeqCst), 1);
        leftovers.finish(PAUSE).await;
    }

    #[test]
    fn what_is_done_without_waiting_is_done_at_once_and_needs_no_runtime() {
        let (leftovers, done) = (Leftovers::new(), Arc::<AtomicUsize>::default());
        let theirs = Arc::clone(&done);
        leftovers.add(async move {
            theirs.fetch_add(1, Ordering::SeqCst);
        });
        assert_eq!(done.load(Ordering::SeqCst), 1);
    }
}
