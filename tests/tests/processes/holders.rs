//! The process that loads dies or freezes: another one takes over, and a late fill is refused.

use std::time::Duration;

use crate::fleet::Fleet;
use crate::member::KEY;

/// After which a holder that is silent is replaced.
const LEASE: Duration = Duration::from_secs(2);
/// How much later than the end of the lease that is to be, and what a busy machine may add.
const SOON: Duration = Duration::from_millis(100);
const BUSY: Duration = Duration::from_secs(5);
/// Long enough for all to wait for the holder.
const A_WHILE: Duration = Duration::from_millis(300);

#[tokio::test]
async fn a_process_that_is_killed_while_it_loads_is_replaced() {
    let mut fleet = Fleet::of(6).await;
    fleet.call(0, 50);
    let first = fleet.next_load("somebody loads").await;
    fleet.pass(A_WHILE).await;
    assert_eq!(fleet.loads.len(), 1, "others load as well: {:?}", fleet.loads);

    fleet.kill(first.member);
    let killed = tokio::time::Instant::now();
    let second = fleet.next_load("another process takes over").await;
    fleet.pass(A_WHILE).await;
    fleet.answer(second, 2);
    fleet.until("all others have their answers", |fleet| fleet.answers.len() == fleet.size() - 1).await;

    let replaced = second.at - killed;
    let last = fleet.answers.iter().map(|answered| answered.at - killed).max().unwrap();
    println!("killed: another process loads after {replaced:?}; all have their answers after {last:?}");
    assert_eq!(fleet.loads.len(), 2, "{:?}", fleet.loads);
    assert_eq!(fleet.values(0), [2]);
    assert!(last < LEASE + SOON + A_WHILE + BUSY, "{last:?}");
}

#[tokio::test]
async fn a_process_that_is_frozen_while_it_loads_is_replaced_and_its_late_fill_refused() {
    let mut fleet = Fleet::of(3).await;
    fleet.call(0, 20);
    let first = fleet.next_load("somebody loads").await;
    fleet.pass(A_WHILE).await;
    assert_eq!(fleet.loads.len(), 1, "others load as well: {:?}", fleet.loads);

    fleet.freeze(first.member);
    let second = fleet.next_load("another process takes over").await;
    assert_ne!(second.member, first.member);
    fleet.answer(second, 2);
    fleet.until("the others have their answers", |fleet| fleet.answers.len() == 2).await;
    assert_eq!(fleet.values(0), [2]);
    let stored = fleet.server.command(&["GET", KEY]);

    fleet.answer(first, 1);
    fleet.thaw(first.member);
    fleet.until("the first has its answers", |fleet| fleet.answers.len() == 3).await;
    while fleet.count(first.member).await.refused_fills == 0 {
        // Asked again at once: it answers when it has time, and the test's patience is that of each question.
        assert!(second.at.elapsed() < LEASE + BUSY * 4, "its fill was not refused");
    }
    assert_eq!(fleet.server.command(&["GET", KEY]), stored, "the late fill has come through");
    fleet.call(1, 1);
    fleet.until("all are answered again", |fleet| fleet.answers.len() == 6).await;
    assert_eq!(fleet.values(1), [2]);
    assert_eq!(fleet.loads.len(), 2, "{:?}", fleet.loads);
}
