//! What is invalidated while a load of many keys is under way is not stored; the other keys are.

use crate::stand::{Stand, USERS, batch, ends, on_both_stores, users};
use cache_runtime::with_cache;

on_both_stores! {
    only_what_was_invalidated_is_not_stored
    many_are_invalidated_at_the_same_time
    clearing_forbids_all_fills
    who_comes_after_an_invalidation_does_not_get_what_was_loaded_before
}

async fn only_what_was_invalidated_is_not_stored(stand: Stand) {
    stand.origin.hold();
    let call = tokio::spawn(stand.users(&[1, 2, 3]));
    stand.origin.until_asked(1).await;
    stand.cache.invalidate("user:2").await.unwrap();
    stand.origin.release();
    assert_eq!(ends(call).await.unwrap(), users(&[(1, 1), (2, 1), (3, 1)]), "its caller gets all");
    assert_eq!(stand.stored(2).await, None);
    assert_eq!(stand.users(&[1, 2, 3]).await, users(&[(1, 1), (2, 2), (3, 1)]));
}

async fn many_are_invalidated_at_the_same_time(stand: Stand) {
    stand.users(&[1, 2, 3]).await.unwrap();
    let invalidate = async { batch(&USERS, &[1, 3, 3, 99]).invalidate().await };
    with_cache(stand.cache.clone(), invalidate).await.unwrap();
    assert_eq!(stand.users(&[1, 2, 3]).await, users(&[(1, 2), (2, 1), (3, 2)]));
    with_cache(stand.cache.clone(), async { batch(&USERS, &[]).invalidate().await }).await.unwrap();
}

async fn clearing_forbids_all_fills(stand: Stand) {
    stand.origin.hold();
    let call = tokio::spawn(stand.users(&[1, 2]));
    stand.origin.until_asked(1).await;
    stand.cache.clear().await.unwrap();
    stand.origin.release();
    assert_eq!(ends(call).await.unwrap(), users(&[(1, 1), (2, 1)]));
    assert_eq!(stand.users(&[1, 2]).await, users(&[(1, 2), (2, 2)]));
}

async fn who_comes_after_an_invalidation_does_not_get_what_was_loaded_before(stand: Stand) {
    stand.origin.hold();
    let early = tokio::spawn(stand.users(&[1, 2]));
    stand.origin.until_asked(1).await;
    stand.cache.invalidate("user:1").await.unwrap();
    let late = tokio::spawn(stand.users(&[1, 2]));
    stand.origin.until_asked(2).await;
    stand.origin.release();
    assert_eq!(ends(early).await.unwrap(), users(&[(1, 1), (2, 1)]));
    assert_eq!(ends(late).await.unwrap().unwrap()[&1], "1 of call 2");
}

#[tokio::test]
async fn another_process_forbids_the_fill_of_one_key_as_well() {
    let stand = Stand::on_redis();
    let other = stand.other_process();
    stand.origin.hold();
    let call = tokio::spawn(stand.users(&[1, 2]));
    stand.origin.until_asked(1).await;
    other.cache.invalidate("user:1").await.unwrap();
    stand.origin.release();
    assert_eq!(ends(call).await.unwrap(), users(&[(1, 1), (2, 1)]));
    assert_eq!(other.stored(1).await, None);
    assert_eq!(other.stored(2).await.unwrap(), "2 of call 1");
}
