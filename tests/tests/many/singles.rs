//! Calls for one key and calls for many share entries, loads and failures.

use crate::stand::{Act, Sick, Stand, ends, on_both_stores, users};

on_both_stores! {
    they_have_the_same_entries
    a_call_for_one_key_gets_what_a_call_for_many_loads
    a_call_for_many_keys_gets_what_a_call_for_one_loads
}

async fn they_have_the_same_entries(stand: Stand) {
    assert_eq!(stand.user(1).await.unwrap(), "1 of call 1");
    assert_eq!(stand.users(&[1, 2]).await, users(&[(1, 1), (2, 2)]));
    assert_eq!(stand.user(2).await.unwrap(), "2 of call 2");
}

async fn a_call_for_one_key_gets_what_a_call_for_many_loads(stand: Stand) {
    stand.origin.hold();
    let many = tokio::spawn(stand.users(&[1, 2]));
    stand.origin.until_asked(1).await;
    let one = tokio::spawn(stand.user(2));
    tokio::task::yield_now().await;
    stand.origin.release();
    assert_eq!(ends(one).await.unwrap().unwrap(), "2 of call 1");
    assert_eq!(ends(many).await.unwrap(), users(&[(1, 1), (2, 1)]));
    assert_eq!(stand.origin.asked(), [[1, 2]]);
}

async fn a_call_for_many_keys_gets_what_a_call_for_one_loads(stand: Stand) {
    stand.origin.hold();
    let one = tokio::spawn(stand.user(2));
    stand.origin.until_asked(1).await;
    let many = tokio::spawn(stand.users(&[1, 2]));
    stand.origin.until_asked(2).await;
    stand.origin.release();
    assert_eq!(ends(many).await.unwrap(), users(&[(1, 2), (2, 1)]));
    ends(one).await.unwrap().unwrap();
    assert_eq!(stand.origin.asked(), [[2], [1]]);
}

/// Who is there before a load begins has its failure: in memory, all read before anybody loads.
#[tokio::test(start_paused = true)]
async fn a_failure_of_many_is_that_of_one_who_waits() {
    let stand = Stand::in_memory();
    stand.origin.will(Act::Fail);
    stand.origin.hold();
    let (many, one) = (stand.users(&[1, 2]), stand.user(2));
    let both = tokio::spawn(async { tokio::join!(many, one) });
    stand.origin.until_asked(1).await;
    stand.origin.release();
    assert_eq!(ends(both).await.unwrap(), (Err(Sick), Err(Sick)));
    assert_eq!(stand.origin.asked(), [[1, 2]], "nobody asks for what another one has asked for");
}

#[tokio::test(start_paused = true)]
async fn a_failure_of_one_is_that_of_many_who_wait() {
    let stand = Stand::in_memory();
    stand.origin.will(Act::Fail);
    stand.origin.hold();
    let (one, many) = (stand.user(2), stand.users(&[2, 1]));
    let both = tokio::spawn(async { tokio::join!(one, many) });
    stand.origin.until_asked(2).await;
    stand.origin.release();
    assert_eq!(ends(both).await.unwrap(), (Err(Sick), Err(Sick)));
    assert_eq!(stand.origin.asked(), [[2], [1]], "nobody asks for what another one has asked for");
}
