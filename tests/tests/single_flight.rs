//! Promise 3 and 5 in one process: one load per key, and nobody stranded.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test reports by panicking, its helpers too")]

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use cache_runtime::{Cache, read_through, with_cache};
use cache_tests::RedisServer;
use futures_util::future::join_all;
use tokio::task::yield_now;
use tokio::time::{Instant, sleep, timeout};

fn memory() -> Cache {
    Cache::builder().url("memory://").build().unwrap()
}

fn on(server: &RedisServer) -> Cache {
    Cache::builder().url(server.url()).operation_timeout(Duration::from_secs(20)).build().unwrap()
}

/// What the bodies below are handed, so that each test counts for itself.
#[derive(Clone, Default)]
struct Origin {
    loads: Arc<AtomicUsize>,
    at_once: Arc<AtomicUsize>,
    most_at_once: Arc<AtomicUsize>,
}

impl Origin {
    async fn work(&self) -> usize {
        let now = self.at_once.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_at_once.fetch_max(now, Ordering::SeqCst);
        sleep(Duration::from_millis(100)).await;
        self.at_once.fetch_sub(1, Ordering::SeqCst);
        self.loads.fetch_add(1, Ordering::SeqCst) + 1
    }

    fn loads(&self) -> usize {
        self.loads.load(Ordering::SeqCst)
    }
}

#[read_through(key = "slow:{id}", ttl = 60, skip(origin))]
async fn slow(id: u64, origin: Origin) -> u64 {
    origin.work().await;
    id * 2
}

#[derive(Clone, Debug, PartialEq)]
struct Shared(usize);

#[derive(Debug)]
struct Own(usize);

#[read_through(key = "fails-shared:{id}", ttl = 60, skip(origin))]
async fn fails_shared(id: u64, origin: Origin) -> Result<u64, Shared> {
    Err(Shared(origin.work().await))
}

#[read_through(key = "fails-own:{id}", ttl = 60, skip(origin))]
async fn fails_own(id: u64, origin: Origin) -> Result<u64, Own> {
    Err(Own(origin.work().await))
}

async fn a_thousand_callers(cache: Cache) {
    let origin = Origin::default();
    let callers: Vec<_> = (0..1000).map(|_| tokio::spawn(with_cache(cache.clone(), slow(7, origin.clone())))).collect();
    for answer in join_all(callers).await {
        assert_eq!(answer.unwrap(), 14);
    }
    assert_eq!(origin.loads(), 1);
    assert_eq!(with_cache(cache.clone(), slow(7, origin.clone())).await, 14);
    assert_eq!(origin.loads(), 1);
    assert_eq!(cache.stats().loads, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_callers_on_a_cold_key_run_the_body_once_in_memory() {
    a_thousand_callers(memory()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_callers_on_a_cold_key_run_the_body_once_on_redis() {
    a_thousand_callers(on(&RedisServer::start())).await;
}

#[tokio::test(start_paused = true)]
async fn different_keys_load_at_the_same_time() {
    let origin = Origin::default();
    let start = Instant::now();
    with_cache(memory(), join_all((0..50).map(|id| slow(id, origin.clone())))).await;
    assert_eq!(origin.loads(), 50);
    assert_eq!(start.elapsed(), Duration::from_millis(100));
}

#[tokio::test(start_paused = true)]
async fn an_error_that_can_be_cloned_is_shared_with_all_who_waited() {
    let origin = Origin::default();
    let answers = with_cache(memory(), join_all((0..200).map(|_| fails_shared(1, origin.clone())))).await;
    assert!(answers.iter().all(|answer| *answer == Err(Shared(1))));
    assert_eq!(origin.loads(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_error_is_not_remembered() {
    let origin = Origin::default();
    with_cache(memory(), async {
        for expected in 1..=3 {
            assert_eq!(fails_shared(1, origin.clone()).await, Err(Shared(expected)));
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_error_that_cannot_be_cloned_reaches_everybody_neither_one_by_one_nor_all_at_once() {
    let origin = Origin::default();
    let start = Instant::now();
    let answers = with_cache(memory(), join_all((0..256).map(|_| fails_own(1, origin.clone())))).await;
    let own: BTreeSet<_> = answers.into_iter().map(|answer| answer.unwrap_err().0).collect();
    assert_eq!(own.len(), 256, "each caller has an error of its own");
    let rounds = start.elapsed().as_millis() / 100;
    assert!((5..40).contains(&rounds), "{rounds} rounds");
    let most = origin.most_at_once.load(Ordering::SeqCst);
    assert!(most < 200, "{most} loads at once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panic_reaches_its_caller_only() {
    #[read_through(key = "panics:{id}", ttl = 60, skip(origin))]
    async fn panics_once(id: u64, origin: Origin) -> u64 {
        assert_ne!(origin.work().await, 1, "as the body says");
        id
    }
    let (cache, origin) = (memory(), Origin::default());
    let callers: Vec<_> =
        (0..20).map(|_| tokio::spawn(with_cache(cache.clone(), panics_once(5, origin.clone())))).collect();
    let (mut panics, mut answers) = (0, 0);
    for caller in join_all(callers).await {
        match caller {
            Ok(answer) => answers += usize::from(answer == 5),
            Err(stopped) => {
                let said = *stopped.into_panic().downcast::<String>().unwrap();
                panics += usize::from(said.contains("as the body says"));
            }
        }
    }
    assert_eq!((panics, answers), (1, 19));
    assert_eq!(origin.loads(), 2);
}

#[read_through(key = "stepwise:{id}", ttl = 60, skip(steps))]
async fn stepwise(id: u64, steps: &AtomicUsize) -> u64 {
    for _ in 0..4 {
        steps.fetch_add(1, Ordering::SeqCst);
        yield_now().await;
    }
    id
}

/// Polls `future` this many times; `true` when it was ready before that.
fn poll_times<F: Future + Unpin>(future: &mut F, times: usize) -> bool {
    let mut context = Context::from_waker(Waker::noop());
    (0..times).any(|_| matches!(Pin::new(&mut *future).poll(&mut context), Poll::Ready(_)))
}

async fn a_leader_dropped_at_every_poll(cache: &Cache) {
    let mut polls = 0;
    loop {
        let steps = AtomicUsize::new(0);
        let id = 1000 + polls as u64;
        let mut leader = Box::pin(with_cache(cache.clone(), stepwise(id, &steps)));
        let mut follower = Box::pin(with_cache(cache.clone(), stepwise(id, &steps)));
        let done = poll_times(&mut leader, polls);
        let follower_done = poll_times(&mut follower, 1);
        drop(leader);
        if !follower_done {
            let answer = timeout(Duration::from_secs(10), follower).await;
            assert_eq!(answer.expect("the follower takes over"), id, "dropped after {polls} polls");
        }
        if done {
            assert!(polls > 4, "the leader was dropped inside its body as well");
            return;
        }
        polls += 1;
    }
}

#[tokio::test]
async fn a_leader_dropped_at_any_poll_hands_over_in_memory() {
    a_leader_dropped_at_every_poll(&memory()).await;
}

#[tokio::test]
async fn a_follower_dropped_at_any_poll_disturbs_nobody() {
    let cache = memory();
    for polls in 0..6 {
        let steps = AtomicUsize::new(0);
        let mut leader = pin!(with_cache(cache.clone(), stepwise(polls as u64, &steps)));
        poll_times(&mut leader, 1);
        let mut follower = Box::pin(with_cache(cache.clone(), stepwise(polls as u64, &steps)));
        poll_times(&mut follower, polls);
        drop(follower);
        assert_eq!(leader.await, polls as u64);
        assert_eq!(steps.load(Ordering::SeqCst), 4);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn leaders_dropped_at_random_strand_nobody_on_redis() {
    let server = RedisServer::start();
    let (cache, origin) = (on(&server), Origin::default());
    for id in 0..10 {
        let callers: Vec<_> =
            (0..40).map(|_| tokio::spawn(with_cache(cache.clone(), slow(id, origin.clone())))).collect();
        for (index, caller) in callers.into_iter().enumerate() {
            if index < 30 {
                sleep(Duration::from_millis(7)).await;
                caller.abort();
            } else {
                let answer = timeout(Duration::from_secs(20), caller).await;
                assert_eq!(answer.expect("somebody loads").unwrap(), id * 2);
            }
        }
    }
}

#[tokio::test]
async fn a_body_that_calls_itself_for_its_own_key_does_not_wait_for_itself() {
    #[read_through(key = "countdown:{id}", ttl = 60, skip(left))]
    async fn countdown(id: u64, left: u32) -> u32 {
        if left == 0 { 0 } else { once_more(id, left - 1).await + 1 }
    }
    /// A recursive function needs its future boxed in another function, to be known to be `Send`.
    fn once_more(id: u64, left: u32) -> Pin<Box<dyn Future<Output = u32> + Send>> {
        Box::pin(countdown(id, left))
    }
    let answer = timeout(Duration::from_secs(10), with_cache(memory(), countdown(1, 3))).await;
    assert_eq!(answer.expect("no deadlock"), 3);
}

#[tokio::test(start_paused = true)]
async fn an_invalidation_wins_over_the_load_in_progress() {
    let (cache, origin) = (memory(), Origin::default());
    with_cache(cache.clone(), async {
        let mut load = Box::pin(slow(9, origin.clone()));
        poll_times(&mut load, 1);
        slow::invalidate(9).await.unwrap();
        assert_eq!(load.await, 18, "its own caller gets what it loaded");
        assert_eq!(slow::peek(9).await, None, "but nobody else does");
        assert_eq!(slow(9, origin.clone()).await, 18);
    })
    .await;
    assert_eq!(origin.loads(), 2);
    assert_eq!(cache.stats().refused_fills, 1);
}

#[tokio::test(start_paused = true)]
async fn a_caller_after_an_invalidation_does_not_follow_the_load_before_it() {
    let (cache, origin) = (memory(), Origin::default());
    with_cache(cache, async {
        let mut before = Box::pin(slow(9, origin.clone()));
        poll_times(&mut before, 1);
        slow::invalidate(9).await.unwrap();
        let (_, after) = tokio::join!(before, slow(9, origin.clone()));
        assert_eq!(after, 18);
        assert_eq!(origin.loads(), 2);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_refresh_runs_the_body_whatever_is_cached_or_in_progress() {
    let (cache, origin) = (memory(), Origin::default());
    with_cache(cache, async {
        slow(4, origin.clone()).await;
        slow::refresh(4, origin.clone()).await;
        assert_eq!(origin.loads(), 2);
        slow(4, origin.clone()).await;
        assert_eq!(origin.loads(), 2, "the refresh stored its value");
        slow::origin(4, origin.clone()).await;
        assert_eq!(origin.loads(), 3);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_leader_that_is_held_but_not_polled_any_more_is_passed_over() {
    let (cache, origin) = (memory(), Origin::default());
    with_cache(cache.clone(), async {
        // As a hedged request does: the first call is kept, and its holder makes a second one.
        let mut first = Box::pin(slow(3, origin.clone()));
        poll_times(&mut first, 1);
        let second = timeout(Duration::from_secs(60), slow(3, origin.clone())).await;
        assert_eq!(second.expect("it does not wait for ever"), 6);
        assert_eq!(first.await, 6);
    })
    .await;
    assert_eq!(origin.loads(), 2);
    assert_eq!(cache.stats().refused_fills, 1, "what the first brought late is not stored");
}

#[tokio::test(start_paused = true)]
async fn a_slow_load_is_waited_for_however_long_it_takes() {
    #[read_through(key = "patience", ttl = 60, skip(loads))]
    async fn patience(loads: &AtomicUsize) -> usize {
        for _ in 0..100 {
            sleep(Duration::from_secs(10)).await;
        }
        loads.fetch_add(1, Ordering::SeqCst)
    }
    let loads = AtomicUsize::new(0);
    with_cache(memory(), join_all((0..20).map(|_| patience(&loads)))).await;
    assert_eq!(loads.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn two_loads_that_ask_for_each_other_in_two_tasks_do_not_wait_for_ever() {
    #[read_through(key = "hen", ttl = 60, skip(left))]
    async fn hen(left: u32) -> u32 {
        sleep(Duration::from_millis(100)).await;
        if left == 0 { 0 } else { boxed(egg(left - 1)).await + 1 }
    }
    #[read_through(key = "egg", ttl = 60, skip(left))]
    async fn egg(left: u32) -> u32 {
        sleep(Duration::from_millis(100)).await;
        if left == 0 { 0 } else { boxed_hen(left - 1).await + 1 }
    }
    fn boxed(load: impl Future<Output = u32> + Send + 'static) -> Pin<Box<dyn Future<Output = u32> + Send>> {
        Box::pin(load)
    }
    fn boxed_hen(left: u32) -> Pin<Box<dyn Future<Output = u32> + Send>> {
        Box::pin(hen(left))
    }
    let cache = memory();
    let both = async {
        tokio::join!(tokio::spawn(with_cache(cache.clone(), hen(2))), tokio::spawn(with_cache(cache.clone(), egg(2))))
    };
    let (hen, egg) = timeout(Duration::from_secs(300), both).await.expect("no deadlock");
    assert!(hen.is_ok() && egg.is_ok());
}

#[tokio::test]
async fn an_error_whose_clone_panics_reaches_its_caller() {
    #[derive(Debug)]
    struct Fragile;
    impl Clone for Fragile {
        fn clone(&self) -> Self {
            panic!("as the test says")
        }
    }
    #[read_through(key = "fragile", ttl = 60)]
    async fn fragile() -> Result<u64, Fragile> {
        Err(Fragile)
    }
    assert!(with_cache(memory(), fragile()).await.is_err());
}
