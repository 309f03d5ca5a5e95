//! A function that changes what is cached: its body, and what follows when that succeeded.

use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::pending::Pending;
use crate::engine::{
    InOption, InResult, InResultOption, Itself, ReturnedAny, ReturnedOption, ReturnedResult, Returns, Unpacked,
};
use crate::mode::{self, Mode};
use crate::scope::Carried;

/// The body of a function that changes what is cached, not yet run, and what its attribute says is to follow.
pub struct Writer<'w, R, V, S, B> {
    body: B,
    targets: VecDeque<Target<'w, V>>,
    shape: PhantomData<fn() -> (R, S)>,
}

type OfValue<'w, V> = Box<dyn FnOnce(&V) -> Pending + Send + 'w>;
type OfValueOrNone<'w, V> = Box<dyn FnOnce(Option<&V>) -> Pending + Send + 'w>;

/// One thing to be done to the cache after a success.
enum Target<'w, V> {
    /// Known before the body runs.
    Ready(Pending),
    /// Known when there is a value.
    OfValue(OfValue<'w, V>),
    /// Known when there is a value, and known as well when there is none.
    OfValueOrNone(OfValueOrNone<'w, V>),
}

macro_rules! writers {
    ($([$($generics:ident)*] $link:ident<$ty:ty>, $value:ty, $shape:ty;)*) => {$(
        impl<$($generics),*> $link<$ty> {
            /// The writer of such a function.
            pub fn writer<'w, B>(&self, body: B) -> Writer<'w, $ty, $value, $shape, B>
            where
                B: Future<Output = $ty>,
            {
                Writer { body, targets: VecDeque::new(), shape: PhantomData }
            }
        }
    )*};
}

writers! {
    [T E] ReturnedOption<Result<Option<T>, E>>, T, InResultOption;
    [T] ReturnedOption<Option<T>>, T, InOption;
    [T E] ReturnedResult<Result<T, E>>, T, InResult;
    [T] ReturnedAny<T>, T, Itself;
}

impl<'w, R, V, S, B> Writer<'w, R, V, S, B>
where
    R: Returns<V, S>,
    B: Future<Output = R>,
{
    /// Invalidates after a success.
    #[must_use]
    pub fn invalidates(self, pending: Pending) -> Self {
        self.and(Target::Ready(pending))
    }

    /// Invalidates what the value tells. Without a value nothing is known, and nothing done.
    #[must_use]
    pub fn invalidates_with(self, target: impl FnOnce(&V) -> Pending + Send + 'w) -> Self {
        self.and(Target::OfValue(Box::new(target)))
    }

    /// Stores the value, or invalidates where there is none.
    #[must_use]
    pub fn writes_through(self, target: impl FnOnce(Option<&V>) -> Pending + Send + 'w) -> Self {
        self.and(Target::OfValueOrNone(Box::new(target)))
    }

    /// Stores the value where the value tells. Without one nothing is known, and nothing done.
    #[must_use]
    pub fn writes_through_with(self, target: impl FnOnce(&V) -> Pending + Send + 'w) -> Self {
        self.invalidates_with(target)
    }

    fn and(mut self, target: Target<'w, V>) -> Self {
        self.targets.push_back(target);
        self
    }

    /// Runs the body, and after a success what follows. Returns what the body returned, whatever the cache does.
    ///
    /// Dropped on the way, it does what follows in the background: the body may have changed already what is cached.
    pub async fn run(self) -> R {
        let mut duty = Duty::new(self.targets);
        // What is returned need not be `Send`: none of it lives across an await.
        let done = match self.body.await.unpack() {
            Unpacked::Value(value) => Done::Value(value),
            Unpacked::Absent(again) => Done::Absent(again),
            Unpacked::Failed(failure) => {
                duty.forget();
                return failure;
            }
        };
        match done {
            Done::Value(value) => {
                duty.settle(Some(&value));
                duty.fulfil().await;
                R::value(value)
            }
            Done::Absent(again) => {
                duty.settle(None);
                duty.fulfil().await;
                again()
            }
        }
    }
}

/// What a body returned that did not fail.
enum Done<V, R> {
    Value(V),
    Absent(Box<dyn FnOnce() -> R + Send>),
}

/// What is to be done after a success. Dropping it hands what is left to the background.
struct Duty<'w, V> {
    left: VecDeque<Target<'w, V>>,
    scope: Carried,
    mode: Mode,
}

impl<'w, V> Duty<'w, V> {
    fn new(left: VecDeque<Target<'w, V>>) -> Self {
        Self { left, scope: Carried::current(), mode: mode::current() }
    }

    /// Nothing was changed.
    fn forget(&mut self) {
        self.left.clear();
    }

    /// Turns every target into what is to be done, now that it is known what was returned.
    fn settle(&mut self, value: Option<&V>) {
        for _ in 0..self.left.len() {
            // One by one, so that a closure that panics takes none of the others with it.
            let settled = self.left.pop_front().and_then(|target| target.settle(value));
            self.left.extend(settled.map(Target::Ready));
        }
    }

    /// Does it, one after the other. A failure has been logged by the one that failed.
    async fn fulfil(&mut self) {
        while let Some(Target::Ready(pending)) = self.left.front_mut() {
            let _ = pending.await;
            self.left.pop_front();
        }
    }
}

impl<V> Target<'_, V> {
    fn settle(self, value: Option<&V>) -> Option<Pending> {
        match self {
            Self::Ready(pending) => Some(pending),
            Self::OfValue(target) => value.map(target),
            Self::OfValueOrNone(target) => Some(target(value)),
        }
    }
}

impl<V> Drop for Duty<'_, V> {
    fn drop(&mut self) {
        let left = self.left.drain(..);
        // This may be an unwinding already, in which another panic would end the process.
        let left = left.filter_map(|target| catch_unwind(AssertUnwindSafe(|| target.settle(None))).ok().flatten());
        let left: Vec<_> = left.collect();
        if !left.is_empty() {
            in_background(left, &self.scope, self.mode);
        }
    }
}

fn in_background(left: Vec<Pending>, scope: &Carried, mode: Mode) {
    let count = left.len();
    let all = async {
        for pending in left {
            let _ = pending.await;
        }
    };
    let cache = scope.cache();
    let duties = &cache.engine().duties;
    let spawned = match mode {
        Mode::Bypass => duties.spawn(scope.clone().run(mode::bypass(all))),
        Mode::Normal | Mode::Refresh => duties.spawn(scope.clone().run(all)),
    };
    if !spawned {
        tracing::error!(
            target: "cache_runtime",
            count,
            "a writer was dropped where nothing can run in the background; what it changed may be served until its ttl is over",
        );
    }
}

/// A parameter of the function as an argument of a companion: a copy, so that the body has the parameter to itself.
pub fn argument<T: Clone>(place: &T) -> T {
    place.clone()
}

impl<R, V, S, B> fmt::Debug for Writer<'_, R, V, S, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer").field("targets", &self.targets.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::pin::{Pin, pin};
    use std::rc::Rc;
    use std::sync::{Arc, Mutex};
    use std::task::{Context, Poll, Waker};

    use super::*;
    use crate::cache::Cache;
    use crate::engine::Returned;
    use crate::error::{Error, ErrorKind};
    use crate::scope::with_cache;

    type Res<T> = Result<T, Rc<str>>;

    /// What was done to the cache, in order.
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<String>>>);

    impl Log {
        /// An operation that takes two polls.
        fn operation(&self, name: impl Into<String>) -> Pending {
            let (log, name) = (self.clone(), name.into());
            Pending::new(async move {
                tokio::task::yield_now().await;
                log.0.lock().unwrap().push(name);
                Err(Error::new(ErrorKind::Timeout, "the store did not answer in time"))
            })
        }

        fn lines(&self) -> Vec<String> {
            self.0.lock().unwrap().clone()
        }

        async fn settled(&self, expected: &[&str]) {
            for _ in 0..100 {
                tokio::task::yield_now().await;
            }
            assert_eq!(self.lines(), expected);
        }
    }

    macro_rules! writer {
        ($log:expr, $ty:ty, $body:expr) => {
            Returned::<$ty>::NEW
                .writer(async { $body })
                .invalidates($log.operation("ready"))
                .invalidates_with(|value| $log.operation(format!("of {value}")))
                .writes_through(|value| $log.operation(format!("through {value:?}")))
        };
    }

    fn poll<F: Future + ?Sized>(future: Pin<&mut F>) -> Poll<F::Output> {
        future.poll(&mut Context::from_waker(Waker::noop()))
    }

    fn memory() -> Cache {
        Cache::builder().url("memory://").build().unwrap()
    }

    #[tokio::test]
    async fn after_a_success_every_target_follows_in_order_and_their_failures_are_kept_away() {
        let log = Log::default();
        assert_eq!(writer!(log, Res<u8>, Ok(7)).run().await, Ok(7));
        assert_eq!(log.lines(), ["ready", "of 7", "through Some(7)"]);
    }

    #[tokio::test]
    async fn after_a_failure_nothing_follows() {
        let log = Log::default();
        assert_eq!(writer!(log, Res<u8>, Err("no".into())).run().await, Err("no".into()));
        log.settled(&[]).await;
    }

    #[tokio::test]
    async fn without_a_value_what_needs_one_is_left_alone() {
        let log = Log::default();
        assert_eq!(writer!(log, Res<Option<u8>>, Ok(None)).run().await, Ok(None));
        assert_eq!(log.lines(), ["ready", "through None"]);
        assert_eq!(writer!(log, Option<u8>, None).run().await, None);
        assert_eq!(log.lines().len(), 4);
    }

    #[tokio::test]
    async fn what_is_no_result_is_a_success() {
        let log = Log::default();
        assert_eq!(writer!(log, u8, 7).run().await, 7);
        Returned::<()>::NEW.writer(async {}).invalidates(log.operation("after nothing")).run().await;
        assert_eq!(log.lines(), ["ready", "of 7", "through Some(7)", "after nothing"]);
    }

    #[tokio::test]
    async fn a_writer_dropped_while_its_body_runs_invalidates_in_the_background() {
        let log = Log::default();
        {
            let mut run = pin!(with_cache(memory(), writer!(log, Res<u8>, std::future::pending().await).run()));
            assert!(poll(run.as_mut()).is_pending());
        }
        log.settled(&["ready", "through None"]).await;
    }

    #[tokio::test]
    async fn a_writer_dropped_while_targets_are_under_way_goes_on_with_them_in_the_background() {
        let log = Log::default();
        {
            let mut run = pin!(with_cache(memory(), writer!(log, Res<u8>, Ok(7)).run()));
            assert!(poll(run.as_mut()).is_pending());
            assert!(poll(run.as_mut()).is_pending());
            assert_eq!(log.lines(), ["ready"]);
        }
        log.settled(&["ready", "of 7", "through Some(7)"]).await;
    }

    #[tokio::test]
    async fn a_writer_whose_body_panics_invalidates_in_the_background() {
        let (log, cache) = (Log::default(), memory());
        let theirs = log.clone();
        let task = async move { writer!(theirs, u8, panic!("the body")).run().await };
        assert!(tokio::spawn(with_cache(cache, task)).await.unwrap_err().is_panic());
        log.settled(&["ready", "through None"]).await;
    }

    #[tokio::test]
    async fn a_writer_that_never_ran_changes_nothing() {
        let log = Log::default();
        drop(writer!(log, Res<u8>, Ok(7)).run());
        log.settled(&[]).await;
    }

    #[test]
    fn a_writer_dropped_outside_of_a_runtime_harms_nobody() {
        let log = Log::default();
        {
            let mut run = pin!(with_cache(memory(), writer!(log, Res<u8>, std::future::pending().await).run()));
            assert!(poll(run.as_mut()).is_pending());
        }
        assert!(log.lines().is_empty());
    }

    #[tokio::test]
    async fn what_goes_on_in_the_background_keeps_the_scopes_of_its_caller() {
        let (log, cache) = (Log::default(), memory());
        let operation = || {
            let log = log.clone();
            Pending::new(async move {
                let line = format!("{:?} {}", mode::current(), crate::scope::cache().namespace());
                log.0.lock().unwrap().push(line);
                Ok(())
            })
        };
        let named = Cache::builder().url("memory://").namespace("mine").build().unwrap();
        for (cache, bypassed) in [(named, true), (cache, false)] {
            let writer = Returned::<u8>::NEW.writer(std::future::pending()).invalidates(operation());
            let run = with_cache(cache, writer.run());
            let mut run: Pin<Box<dyn Future<Output = u8>>> =
                if bypassed { Box::pin(mode::bypass(run)) } else { Box::pin(run) };
            assert!(poll(run.as_mut()).is_pending());
        }
        log.settled(&["Bypass mine", "Normal "]).await;
    }
}
