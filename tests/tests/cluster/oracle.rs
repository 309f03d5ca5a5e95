//! What may be read of each key: nothing that was invalidated before, with a word about it, the question was put.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use cache_runtime::{Cache, Policy};
use tokio::time::Instant;

/// The truth about some keys, each value of which there is once.
pub(crate) struct Oracle {
    keys: Vec<Fact>,
}

struct Fact {
    key: String,
    truth: AtomicU64,
    /// What was true when an invalidation was acknowledged, and when that was.
    acknowledged: Mutex<Vec<(Instant, u64)>>,
    /// One writer at a time, so that what is acknowledged only grows.
    writing: tokio::sync::Mutex<()>,
}

impl Oracle {
    pub(crate) fn of(keys: impl IntoIterator<Item = String>) -> Self {
        let fact = |key| Fact {
            key,
            truth: AtomicU64::new(1),
            acknowledged: Mutex::default(),
            writing: tokio::sync::Mutex::default(),
        };
        Self { keys: keys.into_iter().map(fact).collect() }
    }

    pub(crate) fn key(&self, number: usize) -> &str {
        &self.keys[number % self.keys.len()].key
    }

    /// Something else is true from now on. `false`: it is not known whether everybody will see that.
    pub(crate) async fn change(&self, cache: &Cache, number: usize) -> bool {
        let fact = &self.keys[number % self.keys.len()];
        let _one_at_a_time = fact.writing.lock().await;
        let truth = fact.truth.fetch_add(1, Ordering::SeqCst) + 1;
        let is_done = cache.invalidate(&fact.key).await.is_ok();
        if is_done {
            fact.acknowledged.lock().unwrap().push((Instant::now(), truth));
        }
        is_done
    }

    /// Reads, and panics if the answer is older than what was acknowledged `grace` ago.
    pub(crate) async fn read(&self, cache: &Cache, number: usize, policy: &Policy, grace: Duration) -> bool {
        let fact = &self.keys[number % self.keys.len()];
        let asked = Instant::now();
        let floor = fact.floor(asked, grace);
        let loads = cache.stats().loads;
        let value = cache.read_through(&*fact.key, policy, || async { fact.truth.load(Ordering::SeqCst) }).await;
        assert!(value >= floor, "{}: {value} was read, and {floor} was acknowledged {grace:?} before", fact.key);
        cache.stats().loads == loads
    }
}

impl Fact {
    fn floor(&self, asked: Instant, grace: Duration) -> u64 {
        let acknowledged = self.acknowledged.lock().unwrap();
        acknowledged.iter().rev().find(|(at, _)| *at + grace <= asked).map_or(0, |(_, truth)| *truth)
    }
}
