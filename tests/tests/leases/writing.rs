//! Storing without a miss: `put` and `refresh`.

use std::time::Duration;

use cache_runtime::Policy;
use futures_util::FutureExt;
use tokio::time::timeout;

use crate::fleet::{Fleet, PATIENCE, entry};

const POLICY: Policy = Policy::new(Duration::from_secs(60));

#[tokio::test]
async fn a_put_wins_over_a_load_that_began_before_it() {
    let fleet = Fleet::of(2);
    fleet.origin.hold();
    let before = fleet.call(0);
    fleet.until_asked(1).await;
    fleet.in_process(1, entry::put(&100)).await.unwrap();
    fleet.origin.release();
    assert_eq!(before.await.unwrap(), Ok(1));
    for process in 0..2 {
        assert_eq!(fleet.call(process).await.unwrap(), Ok(100));
    }
}

#[tokio::test]
async fn a_waiting_process_gets_what_was_put() {
    let fleet = Fleet::of(3);
    fleet.origin.hold();
    let holder = fleet.call(0);
    fleet.until_asked(1).await;
    let waiter = fleet.call(1);
    fleet.until_waiting(1).await;
    fleet.in_process(2, entry::put(&100)).await.unwrap();
    assert_eq!(timeout(PATIENCE, waiter).await.unwrap().unwrap(), Ok(100));
    fleet.origin.release();
    assert_eq!(holder.await.unwrap(), Ok(1));
}

#[tokio::test]
async fn the_old_value_is_the_answer_while_a_refresh_is_under_way() {
    let fleet = Fleet::of(2);
    assert_eq!(fleet.call(0).await.unwrap(), Ok(1));
    fleet.origin.hold();
    let refresh = tokio::spawn(fleet.in_process(0, entry::refresh(fleet.origin.clone())));
    fleet.until_asked(2).await;
    for process in 0..2 {
        assert_eq!(timeout(PATIENCE, fleet.call(process)).await.unwrap().unwrap(), Ok(1));
    }
    fleet.origin.release();
    assert_eq!(refresh.await.unwrap(), Ok(2));
    assert_eq!(fleet.call(1).await.unwrap(), Ok(2));
}

#[tokio::test]
async fn a_refresh_of_a_cold_key_is_the_load_of_all_processes() {
    let fleet = Fleet::of(2);
    fleet.origin.hold();
    let refresh = tokio::spawn(fleet.in_process(0, entry::refresh(fleet.origin.clone())));
    fleet.until_asked(1).await;
    let waiter = fleet.call(1);
    fleet.until_waiting(1).await;
    fleet.origin.release();
    assert_eq!((refresh.await.unwrap(), waiter.await.unwrap()), (Ok(1), Ok(1)));
    assert_eq!(fleet.origin.asked(), 1);
}

#[tokio::test]
async fn a_refresh_wins_over_a_load_that_began_before_it() {
    let fleet = Fleet::of(2);
    fleet.origin.hold();
    let before = fleet.call(0);
    fleet.until_asked(1).await;
    let refresh = tokio::spawn(fleet.in_process(1, entry::refresh(fleet.origin.clone())));
    fleet.until_asked(2).await;
    fleet.origin.release();
    assert_eq!((before.await.unwrap(), refresh.await.unwrap()), (Ok(1), Ok(2)));
    assert_eq!(fleet.call(0).await.unwrap(), Ok(2));
}

#[tokio::test]
async fn a_refresh_that_another_writer_overtakes_leaves_nothing_old_behind() {
    let fleet = Fleet::of(2);
    assert_eq!(fleet.call(0).await.unwrap(), Ok(1));
    fleet.origin.hold();
    let refresh = tokio::spawn(fleet.in_process(0, entry::refresh(fleet.origin.clone())));
    fleet.until_asked(2).await;
    fleet.caches[1].put("entry", &0_usize, &POLICY).await.unwrap();
    fleet.origin.release();
    assert_eq!(refresh.await.unwrap(), Ok(2));
    assert_eq!(fleet.call(0).await.unwrap(), Ok(3), "which of the two is newer, nobody can tell");
}

#[tokio::test]
async fn a_refresh_that_is_held_but_not_polled_any_more_is_passed_over() {
    let fleet = Fleet::of(1);
    let mut held = Box::pin(fleet.in_process(0, entry::refresh(fleet.origin.clone())));
    assert!(held.as_mut().now_or_never().is_none(), "it asks the store");
    let answer = timeout(PATIENCE, fleet.call(0)).await;
    assert_eq!(answer.expect("it does not wait for ever").unwrap(), Ok(1));
    drop(held);
}
