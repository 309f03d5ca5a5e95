//! A clock that a test moves.

use std::time::Duration;

use tokio::time::{pause, sleep};

use crate::clock::is_stopped;

/// The clock of tokio, standing still: an hour passes when a test says so, at once.
///
/// ```
/// use std::time::Duration;
/// use cache_runtime::testing::Clock;
/// use cache_runtime::{Cache, read_through, with_cache};
///
/// #[read_through(key = "square:{n}", ttl = 60)]
/// async fn square(n: u64) -> u64 { n * n }
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// let clock = Clock::stop();
/// let cache = Cache::builder().build()?;
/// with_cache(cache.clone(), async {
///     square(7).await;
///     clock.advance(Duration::from_secs(61)).await;
///     square(7).await; // the entry is gone
/// })
/// .await;
/// assert_eq!(cache.stats().loads, 2);
/// # Ok::<_, cache_runtime::Error>(()) }).unwrap();
/// ```
///
/// All times of a cache are read from it: the ttl of what `memory://` holds, `stale_while_revalidate` and the other windows, a
/// rest after a failure, the operation timeout. What is kept `near` is the exception: it is a copy of what lives in Redis, whose
/// time nobody stops, and `memory://` has none.
///
/// While everybody waits for a timer, time goes on by itself to the next one. So a body that sleeps takes no time, and one that
/// waits for a network may find that its time is over: give it a mock.
#[derive(Clone, Copy, Debug)]
pub struct Clock(());

impl Clock {
    /// Stops the clock of this runtime, until the runtime ends. Under `#[tokio::test(start_paused = true)]` it stands already.
    ///
    /// # Panics
    ///
    /// Where there is no runtime of one thread, as `#[tokio::test]` makes it: tokio has no clock to stop then.
    #[must_use]
    #[track_caller]
    pub fn stop() -> Self {
        if !is_stopped() {
            pause();
        }
        Self(())
    }

    /// Lets `time` pass, up to a millisecond more. What is due on the way happens in its order.
    ///
    /// # Panics
    ///
    /// Where the clock runs: on another runtime than the one it was stopped on, and after `tokio::time::resume`. A test would
    /// wait for an hour there.
    pub async fn advance(&self, time: Duration) {
        assert!(is_stopped(), "the clock of this runtime runs; stop it with `Clock::stop`");
        sleep(time).await;
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    #[tokio::test]
    async fn an_hour_passes_at_once_and_not_before() {
        let clock = Clock::stop();
        let (start, really) = (Instant::now(), coarsetime::Instant::now());
        assert_eq!(start.elapsed(), Duration::ZERO);
        clock.advance(HOUR).await;
        assert!((HOUR..HOUR + Duration::from_millis(2)).contains(&start.elapsed()), "{:?}", start.elapsed());
        assert!(Duration::from(really.elapsed()) < HOUR / 2);
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_stands_is_left_alone() {
        let start = Instant::now();
        let clock = Clock::stop();
        let again = Clock::stop();
        clock.advance(HOUR).await;
        again.advance(HOUR).await;
        assert_eq!(start.elapsed(), 2 * HOUR);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_due_on_the_way_happens_in_its_order() {
        let start = Instant::now();
        let seen = tokio::spawn(async move {
            sleep(HOUR / 4).await;
            let first = start.elapsed();
            sleep(HOUR / 4).await;
            (first, start.elapsed())
        });
        Clock::stop().advance(HOUR).await;
        assert!(seen.is_finished());
        assert_eq!(seen.await.unwrap(), (HOUR / 4, HOUR / 2));
    }

    #[test]
    #[should_panic(expected = "the clock of this runtime runs")]
    fn one_that_stands_elsewhere_is_not_waited_for() {
        let run = |test| tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(test);
        let clock = std::cell::OnceCell::new();
        let tests: [std::pin::Pin<Box<dyn Future<Output = ()> + '_>>; 2] = [
            Box::pin(async { clock.set(Clock::stop()).unwrap() }),
            Box::pin(async { clock.get().unwrap().advance(HOUR).await }),
        ];
        tests.into_iter().for_each(run);
    }

    #[tokio::test(start_paused = true)]
    async fn more_time_than_there_is_passes_as_well() {
        let start = Instant::now();
        Clock::stop().advance(Duration::MAX).await;
        assert!(start.elapsed() > HOUR * 24 * 365);
    }

    #[tokio::test(flavor = "multi_thread")]
    #[should_panic(expected = "current_thread")]
    async fn a_runtime_of_several_threads_has_none() {
        let _ = Clock::stop();
    }
}
