//! A cold key: one load for all processes.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use cache_runtime::read_through;
use cache_tests::{Act, Sick, eventually};
use futures_util::future::join_all;
use tokio::time::{Instant, timeout};

use crate::fleet::{Fleet, LEASE, Own, PATIENCE, own};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_processes_with_many_tasks_load_once() {
    let fleet = Fleet::of(6);
    assert!(fleet.calls(50).await.iter().all(|answer| *answer == Ok(1)));
    assert_eq!(fleet.origin.asked(), 1);
    let stats =
        [fleet.total(|stats| stats.loads), fleet.total(|stats| stats.fills), fleet.total(|stats| stats.refused_fills)];
    assert_eq!(stats, [1, 1, 0]);
}

#[tokio::test]
async fn a_load_longer_than_the_lease_is_waited_for_too() {
    let fleet = Fleet::of(3);
    fleet.origin.hold();
    let calls: Vec<_> = (0..3).map(|process| fleet.call(process)).collect();
    fleet.until_waiting(2).await;
    tokio::time::sleep(LEASE * 2).await;
    fleet.origin.release();
    for call in calls {
        assert_eq!(timeout(PATIENCE, call).await.unwrap().unwrap(), Ok(1));
    }
    assert_eq!(fleet.origin.asked(), 1);
}

#[tokio::test]
async fn what_is_not_to_be_stored_is_loaded_by_each_process_and_leaves_nothing_behind() {
    #[read_through(key = "maybe", ttl = 60, skip(origin))]
    async fn maybe(origin: &cache_tests::Origin) -> Result<Option<usize>, Sick> {
        origin.ask().await
    }
    let fleet = Fleet::of(2);
    fleet.origin.will(Act::Nothing);
    for process in 0..2 {
        assert_eq!(fleet.in_process(process, maybe(&fleet.origin)).await, Ok(None));
    }
    assert_eq!(fleet.origin.asked(), 2);
    assert_eq!(fleet.redis(&["EXISTS", "maybe"]).integer(), 0);
}

#[tokio::test]
async fn a_failure_ends_the_wait_of_the_other_processes() {
    let fleet = Fleet::of(3);
    fleet.origin.hold();
    let calls: Vec<_> = (0..3).map(|process| fleet.call(process)).collect();
    fleet.until_waiting(2).await;
    fleet.origin.will(Act::Fail);
    let start = Instant::now();
    fleet.origin.release();
    let answers = timeout(PATIENCE, join_all(calls)).await.unwrap();
    assert!(answers.into_iter().all(|answer| answer.unwrap() == Err(Sick)));
    assert!(start.elapsed() < LEASE, "they waited for the end of a lease");
    assert_eq!(fleet.origin.asked(), 3, "each process for its own callers");
    assert_eq!(fleet.redis(&["EXISTS", "entry"]).integer(), 0);
}

/// One process after the other would take as long as all loads together.
#[tokio::test]
async fn processes_do_not_queue_up_behind_an_origin_that_fails() {
    const PROCESSES: usize = 12;
    #[derive(Default)]
    struct Crowd {
        now: AtomicUsize,
        most: AtomicUsize,
    }
    #[read_through(key = "slow to fail", ttl = 60, skip(crowd))]
    async fn slow_to_fail(crowd: &Crowd) -> Result<usize, Sick> {
        let now = crowd.now.fetch_add(1, Ordering::SeqCst) + 1;
        crowd.most.fetch_max(now, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(300)).await;
        crowd.now.fetch_sub(1, Ordering::SeqCst);
        Err(Sick)
    }
    let (fleet, crowd) = (Fleet::of(PROCESSES), Crowd::default());
    let calls = (0..PROCESSES).map(|process| fleet.in_process(process, slow_to_fail(&crowd)));
    assert!(join_all(calls).await.iter().all(|answer| *answer == Err(Sick)));
    assert!(crowd.most.load(Ordering::SeqCst) > 2, "they load one after the other");
}

#[tokio::test]
async fn nor_do_callers_whose_failure_cannot_be_handed_on() {
    let fleet = Fleet::of(2);
    fleet.origin.will(Act::Fail);
    let calls = (0..64).map(|call| fleet.in_process(call % 2, own(fleet.origin.clone())));
    let answers = timeout(PATIENCE, join_all(calls)).await.unwrap();
    assert!(answers.into_iter().all(|answer| answer == Err(Own)));
}

#[tokio::test]
async fn after_such_a_failure_the_next_load_is_stored() {
    for _ in 0..5 {
        let fleet = Fleet::of(1);
        fleet.origin.hold();
        let call = || tokio::spawn(fleet.in_process(0, own(fleet.origin.clone())));
        let first = call();
        fleet.until_asked(1).await;
        let follower = call();
        eventually(PATIENCE, "it follows", async || fleet.caches[0].stats().misses == 2).await;
        fleet.origin.will(Act::Fail);
        fleet.origin.release();
        assert_eq!(first.await.unwrap(), Err(Own));
        fleet.origin.will(Act::Answer);
        let answer = follower.await.unwrap();
        assert!(answer == Ok(2) || answer == Err(Own), "{answer:?}");
        let (loaded, stats) = (answer.is_ok(), fleet.caches[0].stats());
        assert_eq!(stats.fills, u64::from(loaded));
    }
}
