//! Work on large values, beside the workers of the runtime: whoever is driven by those need not wait for it.

use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::thread;

use tokio::runtime::Handle;
use tokio::sync::Semaphore;

/// What is longer than this is not gone through by a worker: it would take a millisecond and more.
pub(super) const LARGE: usize = 256 << 10;

/// Room for some of it at a time: more than there are processors is no faster, and takes more memory.
#[derive(Debug)]
pub(super) struct Aside {
    room: Arc<Semaphore>,
}

impl Aside {
    pub(super) fn new() -> Self {
        let processors = thread::available_parallelism().map_or(1, NonZero::get);
        Self { room: Arc::new(Semaphore::new(processors.max(2))) }
    }

    /// Does `work` on a thread of its own; here, where there is none to be had, as on a runtime that shuts down. A panic goes
    /// on in the caller. One who goes away meanwhile leaves it to end by itself.
    pub(super) async fn run<T: Send + 'static>(&self, work: impl Fn() -> T + Send + Sync + 'static) -> T {
        let Ok(runtime) = Handle::try_current() else { return work() };
        let Ok(place) = Arc::clone(&self.room).acquire_owned().await else { return work() };
        let work = Arc::new(work);
        let task = Arc::clone(&work);
        let done = runtime.spawn_blocking(move || {
            let _occupied = place;
            task()
        });
        match done.await {
            Ok(done) => done,
            Err(stopped) => match stopped.try_into_panic() {
                Ok(panic) => resume_unwind(panic),
                Err(_never_begun) => work(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::panic::AssertUnwindSafe;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Condvar, Mutex};
    use std::thread::ThreadId;
    use std::time::Duration;

    use cache_tests::eventually;
    use futures_util::FutureExt;
    use tokio::runtime::Builder;

    use super::*;

    fn here() -> ThreadId {
        thread::current().id()
    }

    #[tokio::test]
    async fn it_is_done_on_another_thread_and_a_panic_comes_back() {
        let aside = Aside::new();
        assert_ne!(aside.run(here).await, here());
        let panic = AssertUnwindSafe(aside.run::<()>(|| panic!("here"))).catch_unwind().await.unwrap_err();
        assert_eq!(panic.downcast_ref(), Some(&"here"));
        assert_ne!(aside.run(here).await, here(), "its place is free again");
    }

    #[test]
    fn it_is_done_in_place_where_there_is_no_other() {
        let aside = Aside::new();
        assert_eq!(aside.run(here).now_or_never(), Some(here()));
        let runtime = Builder::new_current_thread().build().unwrap();
        let handle = runtime.handle().clone();
        runtime.shutdown_background();
        let _inside = handle.enter();
        assert_eq!(aside.run(here).now_or_never(), Some(here()));
    }

    #[tokio::test]
    async fn no_more_is_done_at_a_time_than_there_is_room_for_though_callers_go_away() {
        static RUNNING: AtomicUsize = AtomicUsize::new(0);
        static MOST: AtomicUsize = AtomicUsize::new(0);
        static IS_OPEN: Mutex<bool> = Mutex::new(false);
        static GATE: Condvar = Condvar::new();
        let work = || {
            MOST.fetch_max(RUNNING.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            drop(GATE.wait_while(IS_OPEN.lock().unwrap(), |is_open| !*is_open).unwrap());
            RUNNING.fetch_sub(1, Ordering::SeqCst);
        };
        let aside = Arc::new(Aside { room: Arc::new(Semaphore::new(2)) });
        let begin = || {
            let aside = Arc::clone(&aside);
            tokio::spawn(async move { aside.run(work).await })
        };
        let gone = [begin(), begin()];
        let runs = async |number| RUNNING.load(Ordering::SeqCst) == number;
        eventually(Duration::from_secs(10), "both run", async || runs(2).await).await;
        gone.iter().for_each(tokio::task::JoinHandle::abort);
        let others: Vec<_> = (0..10).map(|_| begin()).collect();
        tokio::task::yield_now().await;
        assert_eq!(aside.room.available_permits(), 0, "what was begun goes on");
        *IS_OPEN.lock().unwrap() = true;
        GATE.notify_all();
        for other in others {
            other.await.unwrap();
        }
        eventually(Duration::from_secs(10), "all is done", async || runs(0).await).await;
        assert_eq!(MOST.load(Ordering::SeqCst), 2);
    }
}
