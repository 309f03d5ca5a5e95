//! Slots that move while everybody reads, changes and waits.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use cache_runtime::{Cache, Policy};
use cache_tests::RedisCluster;
use tokio::task::{JoinHandle, spawn_blocking, yield_now};

use crate::oracle::Oracle;
use crate::stand::{KEPT, POLICY, cache, troubles};

/// What was changed longer ago than this is not served from a process, whatever has become of its connections.
const SILENCE: Duration = Duration::from_millis(1100);
const KEYS: usize = 60;
/// So often each of three slots moves on to the next primary.
const MOVES: usize = 8;

struct Load {
    oracle: Arc<Oracle>,
    is_over: Arc<AtomicBool>,
    done: Arc<AtomicU64>,
}

impl Load {
    /// Many keys of three slots.
    fn new() -> Self {
        let keys = (0..KEYS).map(|number| format!("{{slot {}}}:{number}", number % 3));
        let oracle = Arc::new(Oracle::of(keys));
        Self { oracle, is_over: Arc::default(), done: Arc::default() }
    }

    fn read(&self, cache: &Cache, policy: Policy, grace: Duration) -> JoinHandle<()> {
        let (cache, oracle, is_over, done) =
            (cache.clone(), Arc::clone(&self.oracle), Arc::clone(&self.is_over), Arc::clone(&self.done));
        tokio::spawn(async move {
            while !is_over.load(Ordering::Relaxed) {
                oracle.read(&cache, fastrand::usize(..KEYS), &policy, grace).await;
                done.fetch_add(1, Ordering::Relaxed);
                // What is kept in the process is answered without a pause.
                yield_now().await;
            }
        })
    }

    fn change(&self, cache: &Cache) -> JoinHandle<()> {
        let (cache, oracle, is_over) = (cache.clone(), Arc::clone(&self.oracle), Arc::clone(&self.is_over));
        tokio::spawn(async move {
            while !is_over.load(Ordering::Relaxed) {
                assert!(oracle.change(&cache, fastrand::usize(..KEYS)).await, "an invalidation failed");
                tokio::time::sleep(Duration::from_millis(fastrand::u64(..10))).await;
            }
        })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_reads_an_old_value_and_no_call_fails() {
    let cluster = Arc::new(RedisCluster::start());
    let caches: Vec<_> = (0..3).map(|_| cache(&cluster)).collect();
    let load = Load::new();
    let mut tasks = Vec::new();
    for _ in 0..3 {
        tasks.push(load.read(&caches[0], POLICY, Duration::ZERO));
        tasks.push(load.read(&caches[1], POLICY, Duration::ZERO));
        tasks.push(load.read(&caches[2], KEPT, SILENCE));
    }
    tasks.push(load.change(&caches[0]));
    tasks.push(load.change(&caches[1]));
    for step in 0..MOVES * 3 {
        let cluster = Arc::clone(&cluster);
        let done = load.done.load(Ordering::Relaxed);
        spawn_blocking(move || {
            let migration = cluster.migrate_slot_of(&format!("{{slot {}}}", step % 3));
            migration.move_keys();
            migration.finish();
        })
        .await
        .unwrap();
        cache_tests::eventually(crate::stand::SOON, "reads go on", async || {
            load.done.load(Ordering::Relaxed) > done + 50
        })
        .await;
    }
    load.is_over.store(true, Ordering::Relaxed);
    for task in tasks {
        task.await.unwrap();
    }
    for (number, cache) in caches.iter().enumerate() {
        let stats = cache.stats();
        assert_eq!(troubles(stats), 0, "{stats:?}");
        assert!(stats.hits > 0, "{number}: {stats:?}");
    }
    assert!(caches[2].stats().near_hits > 0, "{:?}", caches[2].stats());
}
