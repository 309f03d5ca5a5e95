//! An annotated function in front of a Redis that is in trouble, and what must hold all the time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use cache_runtime::{Cache, read_through, with_cache};
use cache_tests::eventually;
use futures_util::future::join_all;
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, sleep};

/// Longer than the default of 100 ms, so that one timeout can be told from two on a busy machine.
pub(crate) const TIMEOUT: Duration = Duration::from_millis(300);
/// The most that one call may take on a busy machine.
pub(crate) const LONGEST: Duration = Duration::from_millis(500);
/// Promised is under 1 ms; half a timeout is what a busy machine cannot bring about, and waiting for Redis does.
pub(crate) const LATE: Duration = Duration::from_millis(150);
/// How many calls in a row may wait for Redis before the breaker opens.
const FEW: usize = 3;
/// Long enough for several attempts to connect, at whose expense no call may be.
const LONG_ENOUGH: Duration = Duration::from_secs(4);
const PAUSE: Duration = Duration::from_millis(20);
/// Promised are 2 s.
const RETURN: Duration = Duration::from_secs(5);

/// A user whom no stand has stored at its start.
pub(crate) const NEW: u64 = 2;
const ABSENT: u64 = 404;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct User {
    id: u64,
    name: String,
}

/// An error that can neither be stored nor copied.
#[derive(Debug, PartialEq)]
pub(crate) struct NoSuchUser(u64);

#[read_through(key = "user:{id}", ttl = 60, skip(loads))]
pub(crate) async fn user(id: u64, loads: &AtomicU64) -> Result<User, NoSuchUser> {
    loads.fetch_add(1, Ordering::Relaxed);
    origin(id)
}

fn origin(id: u64) -> Result<User, NoSuchUser> {
    if id == ABSENT { Err(NoSuchUser(id)) } else { Ok(User { id, name: "Ada".repeat(100) }) }
}

/// How one call went, besides returning the right thing.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) took: Duration,
    pub(crate) hit: bool,
}

pub(crate) struct Stand {
    pub(crate) cache: Cache,
    loads: AtomicU64,
}

impl Stand {
    pub(crate) fn on(url: &str) -> Self {
        let cache = Cache::builder().url(url).namespace("outage").operation_timeout(TIMEOUT).build();
        let cache = cache.unwrap_or_else(|error| panic!("a cache is built whether Redis is there or not: {error}"));
        Self { cache, loads: AtomicU64::new(0) }
    }

    /// A stand whose `user:1` is stored.
    pub(crate) async fn warm(url: &str) -> Self {
        let stand = Self::on(url);
        stand.comes_back("at the start").await;
        stand
    }

    /// Two stands that need the same users at the same time; returns one of them when both have them from the store.
    pub(crate) async fn share(url: &str, outage: &str) -> Self {
        let stands = [Self::on(url), Self::on(url)];
        let calls = (0..20).flat_map(|id| stands.iter().map(move |stand| stand.call(id)));
        for call in join_all(calls).await {
            assert!(call.took < LONGEST, "{call:?} with: {outage}");
        }
        for id in 0..20 {
            for stand in &stands {
                eventually(RETURN, outage, async || stand.call(id).await.hit).await;
            }
        }
        let [stand, _] = stands;
        stand
    }

    /// One call, which must return what the body returns.
    pub(crate) async fn call(&self, id: u64) -> Call {
        let (loads, start) = (self.loads(), Instant::now());
        let answer = with_cache(self.cache.clone(), user(id, &self.loads)).await;
        let took = start.elapsed();
        assert_eq!(answer, origin(id));
        Call { took, hit: self.loads() == loads }
    }

    /// The outage, as callers see it: right answers, none later than one timeout, and soon none late at all.
    pub(crate) async fn endures(&self, outage: &str) {
        let mut times = Vec::new();
        let start = Instant::now();
        while start.elapsed() < LONG_ENOUGH {
            let id = ABSENT - 30 + times.len() as u64 % 60;
            times.push(self.call(id).await.took);
            sleep(PAUSE).await;
        }
        let late = times.iter().filter(|&&took| took > LATE).count();
        let longest = times.iter().max().copied().unwrap_or_default();
        let typical = median(times);
        println!("{outage}: {late} late calls, the longest {longest:?}; typically {typical:?}");
        assert!(longest < LONGEST, "a call took {longest:?} during: {outage}");
        assert!(late <= FEW, "{late} calls waited for Redis during: {outage}");
        assert!(typical < LATE, "calls go on taking {typical:?} during: {outage}");
    }

    /// Many callers at once pay no more than one.
    pub(crate) async fn endures_a_crowd(&self, outage: &str) {
        let start = Instant::now();
        let calls = join_all((1000..1200).map(|id| self.call(id))).await;
        println!("{outage}: {} callers at once took {:?}", calls.len(), start.elapsed());
        assert!(start.elapsed() < LONGEST, "a crowd took {:?} during: {outage}", start.elapsed());
    }

    /// Calls until there was time for much to happen, and tells how long the longest took.
    pub(crate) async fn call_for_a_while(self: Arc<Self>, id: u64) -> Duration {
        let (mut longest, start) = (Duration::ZERO, Instant::now());
        while start.elapsed() < LONG_ENOUGH {
            longest = longest.max(self.call(id).await.took);
        }
        longest
    }

    /// The end of the outage: hits again, without anybody's doing.
    pub(crate) async fn comes_back(&self, outage: &str) {
        self.comes_back_for(1, outage).await;
    }

    pub(crate) async fn comes_back_for(&self, id: u64, outage: &str) {
        let what = format!("a hit after: {outage}");
        let took = eventually(RETURN, &what, async || self.call(id).await.hit).await;
        println!("{outage}: first hit after {took:?}");
    }

    fn loads(&self) -> u64 {
        self.loads.load(Ordering::Relaxed)
    }
}

/// The name under which Redis has a user.
pub(crate) fn key(id: u64) -> String {
    format!("outage:user:{id}")
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
