//! What a cache makes of each fault, and a test of each of them.

use std::time::Duration;

use tokio::time::Instant;

use super::*;
use crate::cache::Cache;
use crate::error::ErrorKind;
use crate::policy::Policy;
use crate::store::{Query, Tags};

const TTL: Policy = Policy::new(Duration::from_secs(60));
const TIMEOUT: Duration = Duration::from_millis(100);

struct Stand {
    cache: Cache,
    faults: Faults,
    origin: Calls,
}

fn stand() -> Stand {
    let (cache, faults) = cache_with_faults(Cache::builder().operation_timeout(TIMEOUT)).unwrap();
    Stand { cache, faults, origin: Calls::new() }
}

impl Stand {
    /// Which load the answer is of, and how long it took.
    async fn call(&self) -> (u64, Duration) {
        let start = Instant::now();
        let answer: Result<u64, ()> = self.cache.read_through("key", &TTL, async || Ok(self.origin.record())).await;
        (answer.unwrap(), start.elapsed())
    }
}

#[tokio::test(start_paused = true)]
async fn a_store_is_as_it_was_until_a_fault_is_planned_and_after_it_is_healed() {
    let stand = stand();
    assert_eq!(stand.call().await, (1, Duration::ZERO));
    stand.faults.outage(Fault::Silence);
    assert_eq!(stand.call().await, (2, TIMEOUT));
    assert_eq!(stand.cache.ping().await.unwrap_err().kind(), ErrorKind::Timeout);
    stand.faults.heal();
    assert_eq!(stand.call().await, (1, Duration::ZERO));
    stand.cache.ping().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn so_many_fail_and_no_more() {
    let stand = stand();
    stand.call().await;
    stand.faults.next(2, Operation::Read, Fault::Fail(ErrorKind::Refused));
    let answers = [stand.call().await.0, stand.call().await.0, stand.call().await.0];
    assert_eq!((answers, stand.cache.stats().failed_open), ([2, 3, 1], 2));
    stand.faults.next(0, Operation::Read, Fault::Silence);
    stand.faults.next(usize::MAX, Operation::Read, Fault::Fail(ErrorKind::Refused));
    assert_eq!([stand.call().await.0, stand.call().await.0], [4, 5]);
}

#[tokio::test(start_paused = true)]
async fn those_that_are_planned_one_by_one_come_first() {
    let stand = stand();
    stand.faults.always(Operation::Ping, Fault::Fail(ErrorKind::Unavailable));
    stand.faults.next(1, Operation::Ping, Fault::Fail(ErrorKind::Refused));
    stand.faults.next(1, Operation::Ping, Fault::Silence);
    let mut kinds = Vec::new();
    for _ in 0..4 {
        kinds.push(stand.cache.ping().await.unwrap_err().kind());
    }
    let (refused, unavailable) = (ErrorKind::Refused, ErrorKind::Unavailable);
    assert_eq!(kinds, [refused, ErrorKind::Timeout, unavailable, unavailable]);
    assert_eq!(stand.faults.asked(Operation::Ping), 4);
}

#[tokio::test(start_paused = true)]
async fn a_late_answer_is_a_hit_until_it_is_too_late() {
    let stand = stand();
    stand.call().await;
    stand.faults.next(1, Operation::Read, Fault::Delay(TIMEOUT / 2));
    assert_eq!(stand.call().await, (1, TIMEOUT / 2));
    stand.faults.next(1, Operation::Read, Fault::Delay(TIMEOUT));
    assert_eq!(stand.call().await, (2, TIMEOUT));
    assert_eq!(stand.cache.stats().failed_open, 1);
}

#[tokio::test(start_paused = true)]
async fn a_store_that_fails_a_read_is_not_written_to_and_the_call_costs_one_timeout() {
    let stand = stand();
    stand.faults.always(Operation::Read, Fault::Silence);
    assert_eq!(stand.call().await, (1, TIMEOUT));
    assert_eq!(stand.cache.stats().failed_open, 1);
    assert_eq!(Operation::ALL.map(|operation| stand.faults.asked(operation)), [1, 0, 0, 0, 0, 0]);
}

#[tokio::test(start_paused = true)]
async fn what_is_loaded_without_a_lease_or_cannot_be_written_is_not_there_afterwards() {
    for operation in [Operation::Lease, Operation::Write] {
        let stand = stand();
        stand.faults.next(1, operation, Fault::Fail(ErrorKind::Refused));
        let answers = [stand.call().await.0, stand.call().await.0, stand.call().await.0];
        assert_eq!((answers, stand.cache.stats().fill_failures), ([1, 2, 2], 1), "{operation:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_invalidation_without_an_answer_may_have_happened_or_not() {
    for (fault, is_done) in [(Fault::Silence, false), (Fault::LoseAnswer, true)] {
        let stand = stand();
        stand.call().await;
        stand.faults.next(1, Operation::Remove, fault);
        let start = Instant::now();
        assert_eq!(stand.cache.invalidate("key").await.unwrap_err().kind(), ErrorKind::Timeout);
        assert_eq!(start.elapsed(), TIMEOUT);
        let query = Query { key: &stand.cache.key("key"), life: false, keep: false, tags: Tags::NONE };
        let found = stand.cache.engine().store().get(query, TIMEOUT).await.unwrap();
        assert_eq!(found.bytes.is_none(), is_done, "{fault:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_end_of_a_reload_is_no_removal() {
    let stand = stand();
    let policy = TTL.refresh_ahead(0.5);
    let call = async || {
        let origin = stand.origin.clone();
        let load = move || async move { Ok::<_, ()>(origin.record()) };
        stand.cache.read_through_owned("key", &policy, load).await.unwrap()
    };
    call().await;
    Clock::stop().advance(Duration::from_secs(31)).await;
    assert_eq!(call().await, 1);
    settled(&stand.cache).await;
    assert_eq!(call().await, 2);
    assert_eq!((stand.cache.stats().reloads, stand.faults.asked(Operation::Remove)), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_cache_is_settled_when_its_reload_is_done_and_not_before() {
    let stand = stand();
    let policy = TTL.stale_while_revalidate(Duration::from_secs(60));
    let call = async || {
        let load = || async {
            tokio::time::sleep(Duration::from_secs(5)).await;
            Ok::<_, ()>(())
        };
        stand.cache.read_through_owned("key", &policy, load).await.unwrap();
    };
    call().await;
    Clock::stop().advance(Duration::from_secs(61)).await;
    let start = Instant::now();
    call().await;
    assert_eq!(start.elapsed(), Duration::ZERO);
    settled(&stand.cache).await;
    assert!(start.elapsed() >= Duration::from_secs(5));
    assert_eq!(stand.cache.stats().reloads, 1);
}

#[test]
fn what_the_builder_refuses_is_refused() {
    let error = cache_with_faults(Cache::builder().near_capacity(0)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
}
