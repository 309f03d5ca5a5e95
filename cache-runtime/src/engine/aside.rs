//! Work on large values, beside the workers of the runtime: whoever is driven by those need not wait for it.

use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use tokio::runtime::Handle;
use tokio::sync::{Semaphore, oneshot};

/// What is longer than this is not gone through by a worker: it would take a millisecond and more.
pub(super) const LARGE: usize = 256 << 10;
/// That of the threads of a runtime, which bounds what nested values may take.
const STACK: usize = 2 << 20;

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

    /// Does `work` on a thread of its own, which gives way to others; here, where there is none to be had. What it owns is
    /// dropped there, too. A panic goes on in the caller. One who goes away meanwhile leaves it to end by itself.
    pub(super) async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> T {
        let Ok(place) = Arc::clone(&self.room).acquire_owned().await else { return work() };
        let (done, answer) = oneshot::channel();
        let runtime = Handle::try_current().ok();
        let job = Job::new(work);
        let taken = job.clone();
        let thread = thread::Builder::new().name("cache-large-value".to_owned()).stack_size(STACK).spawn(move || {
            let _occupied = place;
            let _inside = runtime.as_ref().map(Handle::enter);
            give_way();
            // Nobody is left to tell where that fails.
            let _ = done.send(catch_unwind(AssertUnwindSafe(|| taken.run())));
        });
        if thread.is_err() {
            return job.run();
        }
        match answer.await {
            Ok(Ok(done)) => done,
            Ok(Err(panic)) => resume_unwind(panic),
            Err(_) => unreachable!("a thread that was begun says how it ended"),
        }
    }
}

/// Work that is done once, by one of two who have it.
struct Job<F>(Arc<Mutex<Option<F>>>);

impl<F> Job<F> {
    fn new(work: F) -> Self {
        Self(Arc::new(Mutex::new(Some(work))))
    }

    fn run<T>(&self) -> T
    where
        F: FnOnce() -> T,
    {
        let work = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        match work {
            Some(work) => work(),
            None => unreachable!("it is begun once"),
        }
    }
}

impl<F> Clone for Job<F> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

/// Lets the workers go first from now on: they would wait for the whole time slice of a thread that is as important as they are,
/// some milliseconds, and with them everybody whom they drive.
fn give_way() {
    // Elsewhere this would be about the whole process. Refused, it is only slower for the others.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::setpriority_process(None, 15);
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::sync::Condvar;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::{Context, Poll, Wake, Waker};
    use std::thread::{Thread, ThreadId};
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
    fn it_needs_no_more_of_a_runtime_than_to_be_polled() {
        let aside = Aside::new();
        let ended = Builder::new_current_thread().build().unwrap();
        let handle = ended.handle().clone();
        ended.shutdown_background();
        let _inside = handle.enter();
        assert_ne!(pollster(aside.run(here)), here());
    }

    /// Runs a future on this thread, without a runtime.
    fn pollster<T>(future: impl Future<Output = T>) -> T {
        let mut future = pin!(future);
        let waker = Waker::from(Arc::new(Unpark(thread::current())));
        loop {
            match future.as_mut().poll(&mut Context::from_waker(&waker)) {
                Poll::Ready(done) => return done,
                Poll::Pending => thread::park(),
            }
        }
    }

    struct Unpark(Thread);

    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }

    #[tokio::test]
    async fn what_it_owns_is_dropped_where_it_is_done() {
        struct Large(Arc<Mutex<Option<ThreadId>>>);
        impl Drop for Large {
            fn drop(&mut self) {
                *self.0.lock().unwrap() = Some(here());
            }
        }
        let dropped_by = Arc::default();
        let large = Large(Arc::clone(&dropped_by));
        let done_by = Aside::new()
            .run(move || {
                let _large = large;
                here()
            })
            .await;
        assert_eq!(*dropped_by.lock().unwrap(), Some(done_by));
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
