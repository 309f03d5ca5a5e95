//! A store in trouble, with one key or with all of them.

use std::collections::HashMap;
use std::time::Duration;

use cache_runtime::{Cache, Policy};
use cache_tests::RedisServer;
use tokio::time::Instant;

use crate::stand::{Stand, TTL, ends, users};

const TIMEOUT: Duration = Duration::from_secs(1);
/// One timeout on a busy machine, and no two.
const LONGEST: Duration = Duration::from_millis(1_800);

#[tokio::test]
async fn a_key_with_something_else_and_one_that_cannot_be_read_are_loaded_and_stored_anew() {
    let stand = Stand::on_redis();
    let server = stand.server.as_ref().unwrap();
    stand.users(&[1]).await.unwrap();
    server.command(&["RPUSH", "user:2", "a list"]);
    server.command(&["SET", "user:3", "of another program"]);
    assert_eq!(stand.users(&[1, 2, 3, 4]).await, users(&[(1, 1), (2, 2), (3, 2), (4, 2)]));
    assert_eq!(stand.users(&[1, 2, 3, 4]).await, users(&[(1, 1), (2, 2), (3, 2), (4, 2)]));
    assert_eq!(stand.origin.asked(), [vec![1], vec![2, 3, 4]]);
}

#[tokio::test]
async fn a_value_that_is_too_large_is_not_stored_and_the_others_are() {
    let server = RedisServer::start();
    let cache = Cache::builder().url(server.url()).max_value_bytes(1_000).compress_above(usize::MAX).build().unwrap();
    let key = |id: &usize| format!("text:{id}");
    let load = async |ids: Vec<usize>| ids.into_iter().map(|id| (id, "x".repeat(id))).collect::<HashMap<_, _>>();
    let texts = cache.read_through_many([1, 5_000, 2], key, &Policy::new(TTL), load).await;
    assert!(texts.len() == 3 && texts[&5_000].len() == 5_000);
    let found = cache.get_many::<String>([1, 5_000, 2].map(|id| key(&id))).await;
    let found: Vec<_> = found.into_iter().map(|found| found.unwrap().is_some()).collect();
    assert_eq!(found, [true, false, true]);
}

/// Time is the subject: leases last for two seconds.
#[tokio::test]
async fn a_load_that_outlasts_its_leases_keeps_them_and_is_stored() {
    let stand = Stand::on_redis();
    let other = stand.other_process();
    stand.origin.hold();
    let call = tokio::spawn(stand.users(&[1, 2, 3]));
    stand.origin.until_asked(1).await;
    let waits = tokio::spawn(other.users(&[3, 2]));
    tokio::time::sleep(Duration::from_secs(3)).await;
    stand.origin.release();
    assert_eq!(ends(call).await.unwrap(), users(&[(1, 1), (2, 1), (3, 1)]));
    assert_eq!(ends(waits).await.unwrap(), users(&[(2, 1), (3, 1)]));
    assert_eq!(stand.origin.asked(), [[1, 2, 3]]);
}

async fn costs_one_timeout(cache: &Cache, ids: std::ops::Range<u64>) {
    let (key, count) = (|id: &u64| format!("number:{id}"), ids.clone().count());
    let load = async |ids: Vec<u64>| ids.into_iter().map(|id| (id, id)).collect::<HashMap<_, _>>();
    let start = Instant::now();
    let numbers = cache.read_through_many(ids, key, &Policy::new(TTL), load).await;
    let took = start.elapsed();
    assert_eq!(numbers.len(), count);
    println!("{count} ids took {took:?}");
    assert!(took < LONGEST, "{count} ids took {took:?}");
}

#[tokio::test]
async fn a_store_that_is_not_there_costs_one_timeout_in_all() {
    let server = RedisServer::start();
    let url = server.url();
    drop(server);
    let cache = Cache::builder().url(url).operation_timeout(TIMEOUT).build().unwrap();
    costs_one_timeout(&cache, 0..2_000).await;
}

#[tokio::test]
async fn a_store_that_falls_silent_costs_one_timeout_in_all() {
    let server = RedisServer::start();
    let cache = Cache::builder().url(server.url()).operation_timeout(TIMEOUT).build().unwrap();
    costs_one_timeout(&cache, 0..10).await;
    server.freeze();
    costs_one_timeout(&cache, 0..2_000).await;
}

/// The numbers of one key are not those of the other: what was an `Err` for one of them is told for that alone.
#[tokio::test]
async fn by_hand_each_key_has_its_own_result() {
    let server = RedisServer::start();
    let cache = Cache::builder().url(server.url()).max_value_bytes(1_000).compress_above(usize::MAX).build().unwrap();
    let (short, long) = ("short".to_owned(), "x".repeat(5_000));
    let put = cache.put_many([("a", &short), ("b", &long), ("c", &short)], &Policy::new(TTL)).await;
    let put: Vec<_> = put.iter().map(Result::is_ok).collect();
    assert_eq!(put, [true, false, true]);
    let found = cache.get_many::<String>(["a", "b", "c"]).await;
    let found: Vec<_> = found.into_iter().map(|found| found.unwrap().is_some()).collect();
    assert_eq!(found, [true, false, true]);
}
