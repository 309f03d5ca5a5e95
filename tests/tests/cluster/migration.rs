//! A slot that moves to another primary, and what is done to its keys at each step of that.

use cache_runtime::{Cache, with_cache};
use cache_tests::{Origin, RedisCluster, Sick, eventually};
use tokio::time::timeout;

use crate::stand::{KEPT, SOON, cache, is_hit, read, troubles};

/// All of one slot, but for the tag of all entries.
#[cache_runtime::read_through(key = "{{move}}:{id}", ttl = 60, tags = ["{{move}}"], skip(origin))]
async fn moved(id: u64, origin: Origin) -> Result<usize, Sick> {
    origin.value().await
}

struct Keys {
    caches: [Cache; 2],
    origin: Origin,
}

impl Keys {
    fn on(cluster: &RedisCluster) -> Self {
        Self { caches: [cache(cluster), cache(cluster)], origin: Origin::default() }
    }

    async fn call(&self, process: usize, id: u64) -> usize {
        with_cache(self.caches[process].clone(), moved(id, self.origin.clone())).await.unwrap()
    }

    async fn forget(&self, process: usize, id: u64) {
        with_cache(self.caches[process].clone(), moved::invalidate(id)).await.unwrap();
    }

    /// Everything that can be done, on keys that have been there and on new ones.
    async fn exercise(&self, ids: std::ops::Range<u64>) {
        for id in ids {
            let first = self.call(0, id).await;
            assert_eq!(self.call(1, id).await, first, "a hit");
            assert_eq!(self.call(0, id).await, first, "a hit");
            self.forget(1, id).await;
            let second = self.call(0, id).await;
            assert!(second > first, "an old value");
            assert_eq!(self.call(1, id).await, second);
            with_cache(self.caches[1].clone(), moved::put(id, &(second + 1_000_000))).await.unwrap();
            assert_eq!(self.call(0, id).await, second + 1_000_000);
            with_cache(self.caches[0].clone(), moved::refresh(id, self.origin.clone())).await.unwrap();
            self.caches[0].invalidate_tag("{move}").await.unwrap();
            assert!(self.call(1, id).await > second + 1);
        }
    }

    fn troubles(&self) -> u64 {
        self.caches.iter().map(|cache| troubles(cache.stats())).sum()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_moved_is_found() {
    let cluster = RedisCluster::start();
    let keys = Keys::on(&cluster);
    let mut before = Vec::new();
    for id in 0..20 {
        before.push(keys.call(0, id).await);
    }
    cluster.migrate_slot_of("{move}").finish();
    for (id, before) in (0..).zip(before) {
        assert_eq!(keys.call(1, id).await, before, "it has moved as it was");
    }
    keys.exercise(10..30).await;
    assert_eq!(keys.troubles(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_verbs_work_in_the_middle_of_a_migration() {
    let cluster = RedisCluster::start();
    let keys = Keys::on(&cluster);
    keys.exercise(0..10).await;
    let migration = cluster.migrate_slot_of("{move}");
    // Old keys are at the source, and new ones come to the target.
    keys.exercise(0..15).await;
    migration.move_keys();
    keys.exercise(0..20).await;
    migration.finish();
    keys.exercise(0..25).await;
    assert_eq!(keys.troubles(), 0);
}

/// When the slot moves while somebody loads and somebody else waits.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Move {
    Before,
    Meanwhile,
    MeanwhileToTheEnd,
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_waits_gets_what_is_loaded_wherever_the_key_is_meanwhile() {
    let cluster = RedisCluster::start();
    let keys = Keys::on(&cluster);
    for (id, moves) in (100..).zip([Move::Before, Move::Meanwhile, Move::MeanwhileToTheEnd]) {
        let origin = Origin::default();
        origin.hold();
        let mut migration = None;
        if moves == Move::Before {
            migration = Some(cluster.migrate_slot_of("{move}"));
        }
        let call = |cache: &Cache| tokio::spawn(with_cache(cache.clone(), moved(id, origin.clone())));
        let holder = call(&keys.caches[0]);
        eventually(SOON, "it is loaded", async || origin.asked() == 1).await;
        let waits = keys.caches[1].stats().waits;
        let waiter = call(&keys.caches[1]);
        eventually(SOON, "it waits", async || keys.caches[1].stats().waits > waits).await;
        let migration = migration.unwrap_or_else(|| cluster.migrate_slot_of("{move}"));
        migration.move_keys();
        let mut open = Some(migration);
        if moves == Move::MeanwhileToTheEnd {
            open.take().unwrap().finish();
        }
        origin.release();
        assert_eq!(timeout(SOON, holder).await.unwrap().unwrap(), Ok(1), "{moves:?}");
        assert_eq!(timeout(SOON, waiter).await.unwrap().unwrap(), Ok(1), "{moves:?}");
        assert_eq!(origin.asked(), 1, "{moves:?}");
        if let Some(open) = open {
            open.finish();
        }
    }
    assert_eq!(keys.troubles(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_near_is_forgotten_however_far_the_key_has_moved() {
    let cluster = RedisCluster::start();
    let [one, other] = [cache(&cluster), cache(&cluster)];
    let near = async |value: u64| one.read_through("{move}", &KEPT, || async move { value }).await;
    let mut truth = 0;
    for round in 0..3 {
        let warm = async |truth: u64| {
            eventually(SOON, "a near hit", async || {
                let before = one.stats().near_hits;
                assert_eq!(near(truth).await, truth);
                one.stats().near_hits > before
            })
            .await;
        };
        warm(truth).await;
        let change = async |truth: u64| {
            other.invalidate("{move}").await.unwrap();
            eventually(SOON, "the new value", async || near(truth).await == truth).await;
        };
        let migration = cluster.migrate_slot_of("{move}");
        if round > 0 {
            migration.move_keys();
        }
        truth += 1;
        change(truth).await;
        migration.finish();
        truth += 1;
        change(truth).await;
        warm(truth).await;
        truth += 1;
        change(truth).await;
    }
    assert!(is_hit(&other, "{move}").await);
    read(&other, "{move}", 0).await;
    assert_eq!(troubles(one.stats()) + troubles(other.stats()), 0);
}
