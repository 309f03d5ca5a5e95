//! Ten thousand ids in one call.

use std::collections::HashMap;

use cache_runtime::Policy;

use crate::stand::{Stand, TTL, on_both_stores};

const IDS: u64 = 10_000;

on_both_stores! {
    ten_thousand_ids_are_one_call_of_the_origin
}

async fn ten_thousand_ids_are_one_call_of_the_origin(stand: Stand) {
    stand.users(&[5, 5_000, 9_999]).await.unwrap();
    stand.origin.take_asked();
    let ids: Vec<_> = (0..IDS).collect();
    let first = stand.users(&ids).await.unwrap();
    assert_eq!(first.len(), ids.len());
    let asked = stand.origin.take_asked();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].len(), ids.len() - 3);
    assert_eq!(stand.users(&ids).await.unwrap(), first);
    assert!(stand.origin.asked().is_empty());
}

#[tokio::test]
async fn ten_thousand_numbers_by_hand() {
    let stand = Stand::on_redis();
    let policy = Policy::new(TTL);
    let key = |id: &u64| format!("number:{id}");
    let load = async |ids: Vec<u64>| ids.into_iter().map(|id| (id, id * 2)).collect::<HashMap<_, _>>();
    for _ in 0..2 {
        let start = tokio::time::Instant::now();
        let numbers = stand.cache.read_through_many(0..IDS, key, &policy, load).await;
        assert!(numbers.len() == 10_000 && numbers.iter().all(|(id, number)| id * 2 == *number));
        println!("{:?} {:?}", start.elapsed(), stand.cache.stats());
    }
    println!("{:?}", stand.cache.stats());
    let found = stand.cache.get_many::<u64>((0..IDS).map(|id| key(&id))).await;
    assert!(found.into_iter().zip(0..).all(|(found, id)| found.unwrap() == Some(id * 2)));
    let gone: Result<(), _> = stand.cache.invalidate_many((0..IDS).map(|id| key(&id))).await.into_iter().collect();
    gone.unwrap();
    assert_eq!(stand.cache.get::<u64>("number:77").await.unwrap(), None);
}
