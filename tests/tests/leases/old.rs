//! Old entries that are still of use: one load for all processes, too.

use std::time::Duration;

use cache_runtime::read_through;
use cache_tests::{Act, Origin, Sick, eventually};
use futures_util::future::join_all;
use tokio::time::timeout;

use crate::fleet::{Fleet, LEASE, PATIENCE};

#[read_through(key = "excused", ttl = 60, stale_if_error = "1h", skip(origin))]
async fn excused(origin: Origin) -> Result<usize, Sick> {
    origin.value().await
}

/// A fleet whose entry is past its ttl.
async fn old(processes: usize) -> Fleet {
    let fleet = Fleet::of(processes);
    assert_eq!(fleet.in_process(0, excused(fleet.origin.clone())).await, Ok(1));
    let left = Duration::from_secs(3000).as_millis().to_string();
    assert_eq!(fleet.redis(&["PEXPIRE", "excused", &left]).integer(), 1);
    fleet
}

#[tokio::test]
async fn one_process_asks_the_origin_and_the_others_wait_for_it() {
    let fleet = old(4).await;
    fleet.origin.hold();
    let calls = (0..40).map(|call| tokio::spawn(fleet.in_process(call % 4, excused(fleet.origin.clone()))));
    let calls: Vec<_> = calls.collect();
    fleet.until_waiting(3).await;
    fleet.origin.release();
    for call in timeout(PATIENCE, join_all(calls)).await.unwrap() {
        assert_eq!(call.unwrap(), Ok(2));
    }
    assert_eq!(fleet.origin.asked(), 2);
}

#[tokio::test]
async fn where_it_fails_all_of_them_answer_with_the_old_value() {
    let fleet = old(4).await;
    fleet.origin.hold();
    let calls = (0..40).map(|call| tokio::spawn(fleet.in_process(call % 4, excused(fleet.origin.clone()))));
    let calls: Vec<_> = calls.collect();
    fleet.until_waiting(3).await;
    fleet.origin.will(Act::Fail);
    fleet.origin.release();
    for call in timeout(PATIENCE, join_all(calls)).await.unwrap() {
        assert_eq!(call.unwrap(), Ok(1));
    }
    assert_eq!(fleet.origin.asked(), 2, "and it is left alone by all of them");
}

#[tokio::test]
async fn an_election_that_nobody_will_end_is_taken_over() {
    for foreign in ["P0123456789abcdef", "R0123456789abcdef", "something else"] {
        let fleet = old(1).await;
        fleet.redis(&["SET", "excused%~r", foreign]);
        let call = fleet.in_process(0, excused(fleet.origin.clone()));
        assert_eq!(timeout(LEASE, call).await.unwrap(), Ok(2), "{foreign}");
    }
}

#[read_through(key = "excused", ttl = 60, stale_if_error = "1h", soft_timeout = "1h", skip(origin))]
async fn patient(origin: Origin) -> Result<usize, Sick> {
    origin.value().await
}

#[tokio::test]
async fn a_patient_caller_keeps_its_election() {
    let fleet = old(2).await;
    fleet.origin.hold();
    let call = tokio::spawn(fleet.in_process(0, patient(fleet.origin.clone())));
    fleet.until_asked(2).await;
    tokio::time::sleep(LEASE + LEASE / 4).await;
    assert_eq!(fleet.in_process(1, patient(fleet.origin.clone())).await, Ok(1), "another one has it");
    fleet.origin.release();
    assert_eq!(call.await.unwrap(), Ok(2));
}

#[tokio::test]
async fn a_place_that_cannot_be_taken_is_made_free() {
    let fleet = old(1).await;
    fleet.redis(&["LPUSH", "excused%~r", "x"]);
    assert_eq!(fleet.in_process(0, excused(fleet.origin.clone())).await, Ok(2));
    let is_free = async || fleet.redis(&["EXISTS", "excused%~r"]).integer() == 0;
    eventually(PATIENCE, "the election is over", is_free).await;
}
