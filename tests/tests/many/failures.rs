//! Calls whose origin fails.

use crate::stand::{Act, Sick, Stand, ends, on_both_stores, users};

on_both_stores! {
    a_failure_is_that_of_the_call_though_some_were_there_and_is_not_remembered
    a_panic_reaches_its_caller_and_nobody_else
}

async fn a_failure_is_that_of_the_call_though_some_were_there_and_is_not_remembered(stand: Stand) {
    stand.users(&[1]).await.unwrap();
    stand.origin.will(Act::Fail);
    assert_eq!(stand.users(&[1, 2, 3]).await, Err(Sick));
    assert_eq!(stand.users(&[1]).await, users(&[(1, 1)]), "what was there still is");
    stand.origin.will(Act::Answer);
    assert_eq!(stand.users(&[1, 2, 3]).await, users(&[(1, 1), (2, 3), (3, 3)]));
    assert_eq!(stand.origin.asked(), [vec![1], vec![2, 3], vec![2, 3]]);
}

async fn a_panic_reaches_its_caller_and_nobody_else(stand: Stand) {
    stand.origin.will(Act::PanicAt(1));
    stand.origin.hold();
    let panics = tokio::spawn(stand.users(&[1, 2]));
    stand.origin.until_asked(1).await;
    let other = tokio::spawn(stand.users(&[2, 3]));
    stand.origin.until_asked(2).await;
    stand.origin.release();
    assert!(panics.await.unwrap_err().is_panic());
    assert_eq!(ends(other).await.unwrap(), users(&[(2, 3), (3, 2)]));
    stand.origin.will(Act::Answer);
    assert_eq!(stand.users(&[1, 2, 3]).await, users(&[(1, 4), (2, 3), (3, 2)]));
}
