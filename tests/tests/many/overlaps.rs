//! Calls that want some of the same keys at the same time.

use futures_util::future::join_all;

use crate::stand::{Stand, begun, ends, on_both_stores, users};

on_both_stores! {
    calls_that_overlap_load_each_key_once
    three_calls_in_a_ring_do_not_wait_for_each_other
    many_calls_in_all_orders_load_each_key_once
    a_call_whose_other_half_is_dropped_loads_that_itself
}

async fn calls_that_overlap_load_each_key_once(stand: Stand) {
    for (one, other) in [([1, 2, 3], [3, 4, 1]), ([13, 11, 12], [14, 13, 11])] {
        let (one, other) = tokio::join!(ends(stand.users(&one)), ends(stand.users(&other)));
        assert_eq!((one.unwrap().len(), other.unwrap().len()), (3, 3));
    }
    assert!(stand.origin.counts().values().all(|&count| count == 1), "{:?}", stand.origin.asked());
}

/// Each has the first of its keys when it asks for the second, which the next one has.
async fn three_calls_in_a_ring_do_not_wait_for_each_other(stand: Stand) {
    stand.origin.hold();
    let calls = [[1, 2], [2, 3], [3, 1]].map(|ids| tokio::spawn(stand.users(&ids)));
    tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    stand.origin.release();
    for call in calls {
        assert_eq!(ends(call).await.unwrap().unwrap().len(), 2);
    }
    assert!(stand.origin.counts().values().all(|&count| count == 1), "{:?}", stand.origin.asked());
}

async fn many_calls_in_all_orders_load_each_key_once(stand: Stand) {
    let calls = (0..40_u64).map(|call| {
        let mut ids: Vec<_> = (0..20).map(|index| (call * 7 + index * 3) % 50).collect();
        if call % 2 == 0 {
            ids.reverse();
        }
        tokio::spawn(stand.users(&ids))
    });
    for call in ends(join_all(calls)).await {
        assert_eq!(call.unwrap().unwrap().len(), 20);
    }
    let counts = stand.origin.counts();
    assert!(counts.len() == 50 && counts.values().all(|&count| count == 1), "{counts:?}");
}

async fn a_call_whose_other_half_is_dropped_loads_that_itself(stand: Stand) {
    stand.origin.hold();
    let dropped = tokio::spawn(stand.users(&[1, 2]));
    stand.origin.until_asked(1).await;
    let other = tokio::spawn(stand.users(&[2, 3]));
    stand.origin.until_asked(2).await;
    dropped.abort();
    // Though it still waits for the answer to its first question.
    stand.origin.until_asked(3).await;
    stand.origin.release();
    assert_eq!(ends(other).await.unwrap(), users(&[(2, 3), (3, 2)]));
    assert_eq!(stand.origin.asked(), [vec![1, 2], vec![3], vec![2]]);
}

#[tokio::test]
async fn processes_that_overlap_load_each_key_once() {
    let stand = Stand::on_redis();
    let other = stand.other_process();
    for round in 0..10 {
        let id = |id: u64| round * 10 + id;
        stand.origin.hold();
        let one = tokio::spawn(stand.users(&[id(1), id(2), id(3)]));
        let two = tokio::spawn(other.users(&[id(3), id(4), id(1)]));
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        stand.origin.release();
        assert_eq!(ends(one).await.unwrap().unwrap().len(), 3);
        assert_eq!(ends(two).await.unwrap().unwrap().len(), 3);
    }
    let counts = stand.origin.counts();
    assert!(counts.len() == 40 && counts.values().all(|&count| count == 1), "{:?}", stand.origin.asked());
}

#[tokio::test]
async fn three_processes_in_a_ring_do_not_wait_for_each_other() {
    let stand = Stand::on_redis();
    let (second, third) = (stand.other_process(), stand.other_process());
    stand.origin.hold();
    let calls =
        [(&stand, [1, 2]), (&second, [2, 3]), (&third, [3, 1])].map(|(stand, ids)| tokio::spawn(stand.users(&ids)));
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    stand.origin.release();
    for call in calls {
        assert_eq!(ends(call).await.unwrap().unwrap().len(), 2);
    }
    assert!(stand.origin.counts().values().all(|&count| count == 1), "{:?}", stand.origin.asked());
}

#[tokio::test(start_paused = true)]
async fn a_call_that_waits_for_all_its_keys_asks_for_none() {
    let stand = Stand::in_memory();
    stand.origin.hold();
    let one = begun(stand.users(&[1, 2])).await;
    let other = begun(stand.users(&[2, 1])).await;
    stand.origin.release();
    let (one, other) = tokio::join!(one, other);
    assert_eq!((one, other), (users(&[(1, 1), (2, 1)]), users(&[(1, 1), (2, 1)])));
    assert_eq!(stand.origin.asked(), [[1, 2]]);
}
