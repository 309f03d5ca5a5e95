//! One timer for all who wait on a connection.
//!
//! Setting a timer wakes whichever thread sleeps in the driver of the runtime, unless another one is to go off earlier: for what
//! is answered in some microseconds, that is among the most expensive parts. So there is one timer for all. It is set for
//! whoever has to be told first, and stays when he needs it no more: it goes off a few times in a second, and is set anew.

use std::collections::BTreeMap;
use std::fmt;
use std::future::{Future, poll_fn};
use std::mem;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::clock::{self, Instant};

/// Ends waits when their time is over. Its task ends with it.
pub(super) struct Alarm {
    watch: Arc<Watch>,
    task: JoinHandle<()>,
}

/// Those who wait.
#[derive(Default)]
pub(super) struct Watch {
    waits: Mutex<Waits>,
    /// Somebody is to be told before the timer goes off.
    sooner: Notify,
}

#[derive(Default)]
struct Waits {
    /// By the end of their time, and by number, as two may have the same.
    all: BTreeMap<(Instant, u64), Waker>,
    /// How many there have been.
    numbers: u64,
    /// When the timer goes off, if it is set.
    set_for: Option<Instant>,
}

impl Alarm {
    /// Begins to keep the time, on `runtime`.
    pub(super) fn new(runtime: &Handle) -> Self {
        let watch = Arc::<Watch>::default();
        let task = runtime.spawn(keep_time(Arc::clone(&watch)));
        Self { watch, task }
    }

    pub(super) fn watch(&self) -> &Arc<Watch> {
        &self.watch
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn keep_time(watch: Arc<Watch>) {
    loop {
        let Some(next) = watch.ring() else {
            watch.sooner.notified().await;
            continue;
        };
        let timer = clock::pause(clock::until(next));
        if let Some(false) = clock::before(timer, watch.sooner.notified()).await {
            // There are no timers in this runtime.
            return watch.give_up();
        }
    }
}

impl Watch {
    /// What `future` resolves to, or `None` once `limit` has passed. Where there are no timers, there is no limit.
    pub(super) async fn at_most<F: Future>(&self, limit: Duration, future: F) -> Option<F::Output> {
        let mut future = pin!(future);
        let mut wait = None;
        poll_fn(|context| match future.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending => match &wait {
                None => {
                    wait = Some(self.begin(limit, context));
                    Poll::Pending
                }
                Some(wait) => wait.poll_over(context).map(|()| None),
            },
        })
        .await
    }

    fn begin(&self, limit: Duration, context: &Context<'_>) -> Wait<'_> {
        let end = clock::after(limit);
        let mut waits = self.waits();
        waits.numbers += 1;
        let place = (end, waits.numbers);
        waits.all.insert(place, context.waker().clone());
        let is_sooner = waits.set_for.is_none_or(|set_for| end < set_for);
        drop(waits);
        if is_sooner {
            self.sooner.notify_one();
        }
        Wait { watch: self, place }
    }

    /// Wakes all whose time is over. Returns when the next one's will be, for which the timer is to be set.
    fn ring(&self) -> Option<Instant> {
        let now = clock::now();
        let mut over = Vec::new();
        let mut waits = self.waits();
        while let Some(first) = waits.all.first_entry().filter(|first| first.key().0 <= now) {
            over.push(first.remove());
        }
        waits.set_for = waits.all.first_key_value().map(|(&(end, _), _)| end);
        let next = waits.set_for;
        drop(waits);
        over.into_iter().for_each(Waker::wake);
        next
    }

    /// Whoever waits does so to the end.
    fn give_up(&self) {
        self.waits().set_for = Some(clock::after(Duration::MAX));
    }

    /// The list is whole after every statement.
    fn waits(&self) -> MutexGuard<'_, Waits> {
        self.waits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One of them. Who is not on the list any more has waited long enough.
struct Wait<'a> {
    watch: &'a Watch,
    place: (Instant, u64),
}

impl Wait<'_> {
    fn poll_over(&self, context: &Context<'_>) -> Poll<()> {
        let mut waits = self.watch.waits();
        let Some(waker) = waits.all.get_mut(&self.place) else { return Poll::Ready(()) };
        if !waker.will_wake(context.waker()) {
            let old = mem::replace(waker, context.waker().clone());
            // Not under the lock: with its last waker, a task goes, and what that waits for.
            drop(waits);
            drop(old);
        }
        Poll::Pending
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        let waker = self.watch.waits().all.remove(&self.place);
        drop(waker);
    }
}

impl fmt::Debug for Alarm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Alarm").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use std::task::Wake;

    use futures_util::future::join;
    use tokio::time::sleep;

    use super::*;

    const LONG: Duration = Duration::from_millis(100);
    const SHORT: Duration = Duration::from_millis(10);

    fn alarm() -> Alarm {
        Alarm::new(&Handle::current())
    }

    /// How long `wait` takes.
    async fn time<F: Future>(wait: F) -> (F::Output, Duration) {
        let start = clock::now();
        (wait.await, clock::since(start))
    }

    /// A timer of tokio's is late by at most a millisecond.
    fn is_about(taken: Duration, expected: Duration) -> bool {
        (expected..=expected + Duration::from_millis(2)).contains(&taken)
    }

    async fn in_vain(watch: &Watch, limit: Duration) -> Duration {
        let (answer, taken) = time(watch.at_most(limit, pending::<()>())).await;
        assert_eq!(answer, None);
        taken
    }

    #[tokio::test(start_paused = true)]
    async fn who_is_not_answered_waits_for_as_long_as_the_limit_and_again_after_that() {
        let alarm = alarm();
        for limit in [LONG, SHORT, Duration::ZERO, LONG] {
            let taken = in_vain(alarm.watch(), limit).await;
            assert!(is_about(taken, limit), "{taken:?} instead of {limit:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_comes_later_and_has_less_time_is_told_earlier() {
        let alarm = alarm();
        let watch = alarm.watch();
        let later = async {
            sleep(SHORT).await;
            in_vain(watch, SHORT).await
        };
        let (long, short) = join(in_vain(watch, LONG), later).await;
        assert!(is_about(long, LONG) && is_about(short, SHORT), "{long:?}, {short:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_timer_that_was_set_for_one_who_is_answered_ends_nobody_elses_time() {
        let alarm = alarm();
        let watch = alarm.watch();
        assert_eq!(watch.at_most(LONG, sleep(SHORT)).await, Some(()));
        let taken = in_vain(watch, LONG).await;
        assert!(is_about(taken, LONG), "{taken:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn many_who_come_together_are_all_told() {
        let alarm = alarm();
        let waits = (0..1_000).map(|_| in_vain(alarm.watch(), LONG));
        let taken = futures_util::future::join_all(waits).await;
        assert!(taken.iter().all(|&taken| is_about(taken, LONG)), "{taken:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_is_left_of_who_is_answered_told_or_gone() {
        let alarm = alarm();
        let watch = alarm.watch();
        assert_eq!(watch.at_most(LONG, ready(7)).await, Some(7));
        assert_eq!(watch.at_most(LONG, sleep(SHORT)).await, Some(()));
        in_vain(watch, SHORT).await;
        assert!(clock::before(watch.at_most(LONG, pending::<()>()), sleep(SHORT)).await.is_none());
        assert!(watch.waits().all.is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn no_limit_is_too_long() {
        let alarm = alarm();
        assert_eq!(alarm.watch().at_most(Duration::MAX, sleep(SHORT)).await, Some(()));
    }

    #[tokio::test(start_paused = true)]
    async fn the_task_that_polls_last_is_told() {
        let alarm = alarm();
        let mut wait = Box::pin(alarm.watch().at_most(LONG, pending::<()>()));
        assert!(wait.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        let (_, taken) = time(wait).await;
        assert!(is_about(taken, LONG), "{taken:?}");
    }

    /// With its last waker, a task goes that has a wait of its own.
    struct Task(Arc<Watch>);

    impl Wake for Task {
        fn wake(self: Arc<Self>) {}
    }

    impl Drop for Task {
        fn drop(&mut self) {
            assert!(self.0.waits.try_lock().is_ok(), "it would wait for ever");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_may_go_with_the_waker_that_it_left() {
        let alarm = alarm();
        let watch = alarm.watch();
        for is_polled_again in [true, false] {
            let mut wait = Box::pin(watch.at_most(LONG, pending::<()>()));
            let left = Waker::from(Arc::new(Task(Arc::clone(watch))));
            assert!(wait.as_mut().poll(&mut Context::from_waker(&left)).is_pending());
            drop(left);
            if is_polled_again {
                assert!(wait.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
            }
        }
    }
}
