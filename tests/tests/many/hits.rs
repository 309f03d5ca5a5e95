//! What is there is not asked for, and what is missing is asked for once.

use crate::stand::{NEGATIVE, Stand, on_both_stores, users};
use cache_runtime::__private::Spec;
use cache_runtime::{bypass, refreshing};

on_both_stores! {
    only_what_is_missing_is_asked_for_and_in_one_call
    ids_that_are_there_twice_are_asked_for_once
    no_ids_make_no_call
    what_the_origin_leaves_out_is_absent_and_not_remembered
    with_a_negative_ttl_it_is_remembered
    a_refresh_asks_for_all_and_stores_all
    a_bypass_asks_for_all_and_stores_nothing
}

static REMEMBERING: Spec = Spec::new("get_users", "user:{id}", &["user:", ""], NEGATIVE);

async fn only_what_is_missing_is_asked_for_and_in_one_call(stand: Stand) {
    assert_eq!(stand.users(&[1, 2]).await, users(&[(1, 1), (2, 1)]));
    assert_eq!(stand.users(&[3, 2, 4, 1]).await, users(&[(1, 1), (2, 1), (3, 2), (4, 2)]));
    assert_eq!(stand.users(&[4, 3, 2, 1]).await, users(&[(1, 1), (2, 1), (3, 2), (4, 2)]));
    assert_eq!(stand.origin.asked(), [vec![1, 2], vec![3, 4]]);
    let stats = stand.cache.stats();
    assert_eq!((stats.hits, stats.misses, stats.loads), (6, 4, 4));
}

async fn ids_that_are_there_twice_are_asked_for_once(stand: Stand) {
    assert_eq!(stand.users(&[7, 8, 7, 7]).await, users(&[(7, 1), (8, 1)]));
    assert_eq!(stand.origin.asked(), [[7, 8]]);
    assert_eq!(stand.users(&[8, 8]).await, users(&[(8, 1)]));
}

async fn no_ids_make_no_call(stand: Stand) {
    assert_eq!(stand.users(&[]).await, users(&[]));
    assert!(stand.origin.asked().is_empty());
    let before = stand.server.as_ref().map(|server| server.command(&["INFO", "commandstats"]).text());
    assert!(before.is_none_or(|stats| !stats.contains("get")), "the store is not asked either");
}

async fn what_the_origin_leaves_out_is_absent_and_not_remembered(stand: Stand) {
    stand.origin.lacks(&[2]);
    assert_eq!(stand.users(&[1, 2]).await, users(&[(1, 1)]));
    assert_eq!(stand.users(&[1, 2]).await, users(&[(1, 1)]));
    assert_eq!(stand.origin.asked(), [vec![1, 2], vec![2]]);
}

async fn with_a_negative_ttl_it_is_remembered(stand: Stand) {
    stand.origin.lacks(&[2]);
    assert_eq!(stand.of(&REMEMBERING, &[1, 2]).await, users(&[(1, 1)]));
    assert_eq!(stand.of(&REMEMBERING, &[2, 1]).await, users(&[(1, 1)]));
    assert_eq!(stand.origin.asked(), [[1, 2]]);
}

async fn a_refresh_asks_for_all_and_stores_all(stand: Stand) {
    stand.users(&[1, 2]).await.unwrap();
    assert_eq!(refreshing(stand.users(&[1, 2, 3])).await, users(&[(1, 2), (2, 2), (3, 2)]));
    assert_eq!(stand.users(&[1, 2, 3]).await, users(&[(1, 2), (2, 2), (3, 2)]));
    assert_eq!(stand.origin.asked(), [vec![1, 2], vec![1, 2, 3]]);
}

async fn a_bypass_asks_for_all_and_stores_nothing(stand: Stand) {
    stand.users(&[1]).await.unwrap();
    assert_eq!(bypass(stand.users(&[1, 2])).await, users(&[(1, 2), (2, 2)]));
    assert_eq!(stand.stored(2).await, None);
    assert_eq!(stand.users(&[1]).await, users(&[(1, 1)]));
}
