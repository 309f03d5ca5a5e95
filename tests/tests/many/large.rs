//! Ten thousand ids in one call.

use std::collections::HashMap;

use cache_runtime::Policy;
use cache_tests::eventually;

use crate::stand::{PATIENCE, Stand, TTL, ends};

const IDS: u64 = 10_000;

#[tokio::test(start_paused = true)]
async fn ten_thousand_ids_are_one_call_of_the_origin() {
    let stand = Stand::in_memory();
    stand.users(&[5, 5_000, 9_999]).await.unwrap();
    stand.origin.take_asked();
    let ids: Vec<_> = (0..IDS).collect();
    let first = stand.users(&ids).await.unwrap();
    assert_eq!(first.len(), ids.len());
    let asked = stand.origin.take_asked();
    assert_eq!((asked.len(), asked[0].len()), (1, ids.len() - 3));
    assert_eq!(stand.users(&ids).await.unwrap(), first);
    assert!(stand.origin.asked().is_empty());
}

/// What of it is stored depends on how long a busy machine takes until the last is: that is not asserted here.
#[tokio::test]
async fn so_are_many_on_redis() {
    let stand = Stand::on_redis();
    let ids: Vec<_> = (0..3_000).collect();
    assert_eq!(stand.users(&ids).await.unwrap().len(), ids.len());
    assert_eq!(stand.origin.asked(), [ids]);
}

#[tokio::test]
async fn a_thousand_numbers_are_stored_found_and_forgotten_by_hand() {
    let stand = Stand::on_redis();
    let policy = Policy::new(TTL);
    let key = |id: &u64| format!("number:{id}");
    let load = async |ids: Vec<u64>| ids.into_iter().map(|id| (id, id * 2)).collect::<HashMap<_, _>>();
    let all_are_stored = async || {
        let numbers = stand.cache.read_through_many(0..1_000, key, &policy, load).await;
        assert!(numbers.len() == 1_000 && numbers.iter().all(|(id, number)| id * 2 == *number));
        let found = stand.cache.get_many::<u64>((0..1_000).map(|id| key(&id))).await;
        found.into_iter().zip(0..).all(|(found, id)| found.unwrap().is_some_and(|number| number == id * 2))
    };
    // A busy machine can take longer than a lease lasts.
    eventually(PATIENCE, "all are stored", all_are_stored).await;
    let gone: Result<(), _> = stand.cache.invalidate_many((0..1_000).map(|id| key(&id))).await.into_iter().collect();
    gone.unwrap();
    assert_eq!(stand.cache.get::<u64>("number:77").await.unwrap(), None);
}

#[tokio::test]
async fn what_is_stored_is_found_however_many_ask_for_it_at_the_same_time() {
    let stand = Stand::on_redis();
    let ids: Vec<_> = (0..500).collect();
    let all_are_stored = async || {
        stand.users(&ids).await.unwrap();
        stand.origin.take_asked().is_empty()
    };
    eventually(PATIENCE, "all are stored", all_are_stored).await;
    let calls: Vec<_> = (0..64).map(|_| tokio::spawn(stand.users(&ids))).collect();
    for call in calls {
        assert_eq!(ends(call).await.unwrap().unwrap().len(), ids.len());
    }
    assert!(stand.origin.asked().is_empty(), "{} calls", stand.origin.asked().len());
    let look = || stand.cache.get_many::<String>(ids.iter().map(|id| format!("user:{id}")));
    for found in futures_util::future::join_all((0..64).map(|_| look())).await {
        assert!(found.into_iter().all(|found| found.unwrap().is_some()));
    }
}
