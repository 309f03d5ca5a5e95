//! Interleavings that need a store that can be held: what happens between a read, a load, a fill and an invalidation.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::{Engine, Origin, Request, Settings, read_through, read_through_owned};
use crate::backend::MemoryStore;
use crate::error::{Error, ErrorKind};
use crate::key::Key;
use crate::mode::Mode;
use crate::near::Reader;
use crate::policy::Policy;
use crate::spec::BY_HAND;
use crate::store::{Answer, Found, Query, Returns, Store, Tags};
use crate::value::{Codec, Content, Encoding, ValueType, Version};

const TTL: Duration = Duration::from_secs(60);
const LONG: Duration = Duration::from_secs(10);
/// A key for which no answer ever comes in time.
const UNANSWERED: &str = "unanswered";

/// A gate in front of one verb: open, until a test closes it and lets calls pass one by one.
#[derive(Debug)]
struct Gate(Semaphore);

impl Gate {
    fn open() -> Self {
        Self(Semaphore::new(1000))
    }

    /// Returns when `n` calls more may pass.
    fn let_pass(&self, n: usize) {
        self.0.add_permits(n);
    }

    fn close(&self) {
        self.0.forget_permits(usize::MAX >> 8);
    }

    async fn pass(&self) {
        self.0.acquire().await.unwrap().forget();
    }
}

/// A memory store behind gates: answers to `get` and `remove` are held back after the store was asked, a `set` before.
#[derive(Debug)]
struct GatedStore {
    inner: Arc<MemoryStore>,
    answers: Gate,
    sets: Gate,
    /// In front of `add` beside an entry.
    elections: Gate,
    removals: Gate,
    /// Whether it removes nothing.
    refuses: AtomicBool,
    /// How often it was asked to remove something.
    asked_to_remove: AtomicU32,
    returns: Arc<Returns>,
}

impl Store for GatedStore {
    fn get<'a>(&'a self, query: Query<'a>, within: Duration) -> Answer<'a, Found> {
        Box::pin(async move {
            if query.key.as_str() == UNANSWERED {
                tokio::time::sleep(within).await;
                return Err(Error::new(ErrorKind::Timeout, "not in time"));
            }
            let answer = self.inner.get(query, within).await;
            self.answers.pass().await;
            answer
        })
    }

    fn set<'a>(&'a self, key: &'a Key, bytes: Bytes, ttl: Duration, within: Duration) -> Answer<'a, ()> {
        Box::pin(async move {
            self.sets.pass().await;
            self.inner.set(key, bytes, ttl, within).await
        })
    }

    fn add<'a>(&'a self, key: &'a Key, bytes: Bytes, ttl: Duration, within: Duration) -> Answer<'a, bool> {
        Box::pin(async move {
            if key.as_str() != self::key().as_str() {
                self.elections.pass().await;
            }
            self.inner.add(key, bytes, ttl, within).await
        })
    }

    fn replace<'a>(
        &'a self,
        key: &'a Key,
        expected: &'a [u8],
        bytes: Bytes,
        ttl: Duration,
        within: Duration,
    ) -> Answer<'a, bool> {
        Box::pin(async move {
            self.sets.pass().await;
            self.inner.replace(key, expected, bytes, ttl, within).await
        })
    }

    fn remove<'a>(&'a self, key: &'a Key, within: Duration) -> Answer<'a, ()> {
        Box::pin(async move {
            self.asked_to_remove.fetch_add(1, Ordering::SeqCst);
            if self.refuses.load(Ordering::SeqCst) {
                return Err(Error::new(ErrorKind::Refused, "read-only"));
            }
            let answer = self.inner.remove(key, within).await;
            self.removals.pass().await;
            answer
        })
    }

    fn remove_if<'a>(&'a self, key: &'a Key, expected: &'a [u8], within: Duration) -> Answer<'a, bool> {
        Box::pin(async move {
            // No network answers at once.
            tokio::time::sleep(Duration::from_millis(1)).await;
            self.inner.remove_if(key, expected, within).await
        })
    }

    fn changed<'a>(&'a self, key: &'a Key, seen: &'a [u8], within: Duration) -> Answer<'a, ()> {
        self.inner.changed(key, seen, within)
    }

    fn returns(&self) -> Option<Arc<Returns>> {
        Some(Arc::clone(&self.returns))
    }

    fn use_tags<'a>(
        &'a self,
        key: &'a Key,
        tags: Tags<'a>,
        ttl: Duration,
        within: Duration,
    ) -> Answer<'a, Vec<Version>> {
        self.inner.use_tags(key, tags, ttl, within)
    }

    fn ping(&self, within: Duration) -> Answer<'_, ()> {
        self.inner.ping(within)
    }

    fn close(&self) -> Answer<'_, ()> {
        self.inner.close()
    }
}

struct Bench {
    store: Arc<GatedStore>,
    engine: Arc<Engine>,
    loads: Arc<AtomicU32>,
}

fn bench() -> Bench {
    let store = Arc::new(GatedStore {
        inner: Arc::new(MemoryStore::new(1 << 20)),
        answers: Gate::open(),
        sets: Gate::open(),
        elections: Gate::open(),
        removals: Gate::open(),
        refuses: AtomicBool::new(false),
        asked_to_remove: AtomicU32::new(0),
        returns: Returns::none(),
    });
    let engine = engine(Arc::clone(&store) as Arc<dyn Store>, TTL);
    Bench { store, engine, loads: Arc::default() }
}

fn engine(store: Arc<dyn Store>, operation_timeout: Duration) -> Arc<Engine> {
    let settings = Settings {
        near_capacity: 1 << 20,
        near: None,
        namespace: String::new(),
        default_codec: Codec::DEFAULT,
        operation_timeout,
        max_value_bytes: 1 << 20,
        compress_above: usize::MAX,
        backoff: Duration::from_secs(1),
        background_loads: 1,
        background_timeout: TTL,
    };
    Arc::new(Engine::new(store, settings))
}

fn key() -> Key {
    Key::new("", "entry")
}

fn request(policy: Policy) -> Request {
    Request {
        spec: &BY_HAND,
        near: None,
        key: key(),
        tags: vec![Key::of_tag("", "group")],
        tag_text: "group".into(),
        policy,
        ttl: None,
        reader: Reader::new::<u32>(ValueType::of::<u32>(), Encoding { codec: Codec::DEFAULT, version: 0 }),
        mode: Mode::Normal,
    }
}

impl Bench {
    /// One call; returns which load its answer came from.
    async fn call(&self) -> u32 {
        let load = async || Ok(self.loads.fetch_add(1, Ordering::SeqCst) + 1);
        let mut origin = Origin::<Result<u32, Error>, u32, super::InResult, _>::new(load, None);
        read_through(&self.engine, &request(Policy::new(TTL)), &mut origin).await.unwrap()
    }

    /// The same with a reload past half the ttl.
    async fn call_ahead(&self) -> u32 {
        let loads = Arc::clone(&self.loads);
        let load = async move || Ok(loads.fetch_add(1, Ordering::SeqCst) + 1);
        let origin = Origin::<Result<u32, Error>, u32, super::InResult, _>::new(load, None);
        let request = request(Policy::new(TTL).refresh_ahead(0.5));
        read_through_owned(&self.engine, request, Box::new(origin)).await.unwrap()
    }

    /// Past all gates.
    async fn another_process_stores(&self, value: u32) {
        let other = engine(Arc::clone(&self.store.inner) as Arc<dyn Store>, TTL);
        other.put(&request(Policy::new(TTL)), &Content::Value(Arc::new(value)), Some(TTL)).await.unwrap();
    }

    /// Polls everything else as far as it goes.
    async fn settle(&self) {
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
    }
}

/// Polls `future` until it can go no further by itself.
macro_rules! as_far_as_it_goes {
    ($future:expr) => {
        assert!(timeout(Duration::from_millis(1), $future).await.is_err(), "it is held at a gate")
    };
}

// Behind the macro, which they use.
mod finish;
mod many;
mod patience;
mod removals;

#[tokio::test(start_paused = true)]
async fn a_caller_that_missed_before_a_fill_and_joins_after_it_looks_again_instead_of_loading() {
    let bench = bench();
    bench.store.answers.close();
    let mut late = Box::pin(bench.call());
    as_far_as_it_goes!(&mut late);
    // It has its miss, not yet delivered. Meanwhile another caller misses, loads and stores.
    let mut early = Box::pin(bench.call());
    as_far_as_it_goes!(&mut early);
    bench.store.answers.let_pass(2);
    assert_eq!(early.await, 1);
    bench.store.answers.let_pass(10);
    assert_eq!(late.await, 1);
    assert_eq!(bench.loads.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn an_invalidation_wins_over_a_fill_that_is_under_way_and_waits_for_nobody() {
    let bench = bench();
    bench.store.sets.close();
    let mut call = Box::pin(bench.call());
    as_far_as_it_goes!(&mut call);
    let start = crate::clock::now();
    bench.engine.invalidate(&key(), &BY_HAND).await.unwrap();
    assert_eq!(crate::clock::since(start), Duration::ZERO);
    bench.store.sets.let_pass(100);
    assert_eq!(call.await, 1);
    assert_eq!(bench.engine.observer.stats().refused_fills, 1);
    assert_eq!(bench.call().await, 2, "the older value is not stored");
}

#[tokio::test(start_paused = true)]
async fn so_does_one_by_another_process_by_hand_by_tag_or_of_everything() {
    let (tag, everything) = (Key::of_tag("", "group"), Key::of_everything(""));
    for removed in [&key(), &tag, &everything] {
        let bench = bench();
        bench.store.sets.close();
        let mut call = Box::pin(bench.call());
        as_far_as_it_goes!(&mut call);
        bench.store.inner.remove(removed, LONG).await.unwrap();
        bench.store.sets.let_pass(100);
        assert_eq!(call.await, 1);
        assert_eq!(bench.call().await, 2, "{removed}");
    }
}

#[tokio::test(start_paused = true)]
async fn who_came_after_the_load_began_gets_what_was_stored_and_nothing_that_was_invalidated() {
    let (tag, everything) = (Key::of_tag("", "group"), Key::of_everything(""));
    for (removed, answer) in [(None, 1), (Some(&key()), 2), (Some(&tag), 2), (Some(&everything), 2)] {
        let bench = bench();
        bench.store.sets.close();
        let mut leader = Box::pin(bench.call());
        as_far_as_it_goes!(&mut leader);
        if let Some(removed) = removed {
            bench.store.inner.remove(removed, LONG).await.unwrap();
        }
        let mut late = Box::pin(bench.call());
        as_far_as_it_goes!(&mut late);
        bench.store.sets.let_pass(100);
        assert_eq!(tokio::join!(leader, late), (1, answer), "{removed:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_caller_dropped_while_it_fills_leaves_a_flight_that_can_be_taken_over() {
    let bench = bench();
    bench.store.sets.close();
    let mut leader = Box::pin(bench.call());
    as_far_as_it_goes!(&mut leader);
    let mut follower = Box::pin(bench.call());
    as_far_as_it_goes!(&mut follower);
    drop(leader);
    bench.store.sets.let_pass(100);
    assert_eq!(timeout(LONG, follower).await.unwrap(), 2);
    timeout(LONG, bench.engine.invalidate(&key(), &BY_HAND)).await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_reload_looks_again_before_it_loads() {
    let bench = bench();
    assert_eq!(bench.call_ahead().await, 1);
    tokio::time::advance(TTL / 2).await;
    assert_eq!(bench.call_ahead().await, 1);
    // The reload is begun and has not been polled yet, when another process, which was quicker, stores a newer value.
    bench.another_process_stores(100).await;
    bench.settle().await;
    assert_eq!(bench.call_ahead().await, 100);
    assert_eq!(bench.loads.load(Ordering::SeqCst), 1);
    assert_eq!(bench.engine.observer.stats().reloads, 0);
}

#[tokio::test(start_paused = true)]
async fn a_reload_whose_entry_was_replaced_meanwhile_stores_nothing() {
    let bench = bench();
    assert_eq!(bench.call_ahead().await, 1);
    tokio::time::advance(TTL / 2).await;
    bench.store.sets.close();
    assert_eq!(bench.call_ahead().await, 1);
    bench.settle().await;
    assert_eq!(bench.loads.load(Ordering::SeqCst), 2, "it has loaded, and is about to store");
    bench.another_process_stores(100).await;
    bench.store.sets.let_pass(1000);
    bench.settle().await;
    assert_eq!(bench.call_ahead().await, 100);
    assert_eq!(bench.engine.observer.stats().refused_fills, 1);
}
