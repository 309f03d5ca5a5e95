//! Another server takes the place of the one that heard the latest invalidations, and has not heard of them.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use cache_runtime::{Cache, read_through, with_cache};
use cache_tests::{RedisServer, Reply, eventually};

use crate::stand::TIMEOUT;

/// The end of a connection is noticed twice a second.
const SOON: Duration = Duration::from_secs(5);

#[read_through(key = "seat:{number}", ttl = 600, tags = ["seats"])]
async fn seat(number: u64) -> Result<u64, String> {
    Ok(number)
}

#[tokio::test]
async fn the_latest_invalidations_are_sent_again() {
    let server = RedisServer::start();
    let cache = Cache::builder().url(server.url()).operation_timeout(TIMEOUT).build().expect("a cache");
    for key in ["seat:1", "%~tag:seats", "%~all"] {
        let call = async || with_cache(cache.clone(), seat(1)).await;
        assert_eq!(call().await, Ok(1));
        // In a cluster it is a part of the tag of all entries.
        let keys: Vec<_> = server.everywhere(&["KEYS", &format!("{key}*")]).iter().flat_map(Reply::texts).collect();
        let [key] = keys.as_slice() else { panic!("there is one {key}: {keys:?}") };
        let Reply::Bulk(before) = server.command(&["GET", key]) else { panic!("there is no {key}") };
        match key.as_str() {
            "seat:1" => with_cache(cache.clone(), seat::invalidate(1)).await,
            "%~tag:seats" => cache.invalidate_tag("seats").await,
            _ => cache.clear().await,
        }
        .expect("it went through");
        assert_eq!(server.command(&["GET", key]), Reply::Nil);

        // As if the replica that is the primary now had never got it.
        server.command(&[b"SET", key.as_bytes(), &before, b"PX", b"600000"]);
        server.everywhere(&["CLIENT", "KILL", "TYPE", "normal"]);
        let is_gone = async || server.command(&["GET", key]) == Reply::Nil;
        eventually(SOON, &format!("{key} is removed again"), is_gone).await;
    }
}

#[tokio::test]
async fn what_was_not_invalidated_lately_stays() {
    let server = RedisServer::start();
    let cache = Cache::builder().url(server.url()).operation_timeout(TIMEOUT).build().expect("a cache");
    for number in [1, 2] {
        assert_eq!(with_cache(cache.clone(), seat(number)).await, Ok(number));
    }
    with_cache(cache.clone(), seat::invalidate(1)).await.expect("it went through");
    let removals = || {
        let stats: String = server.everywhere(&["INFO", "commandstats"]).iter().map(Reply::text).collect();
        let calls = stats.split("cmdstat_del:calls=").nth(1).and_then(|rest| rest.split(',').next().map(str::to_owned));
        calls.and_then(|calls| calls.parse().ok()).unwrap_or(0_u32)
    };
    assert_eq!(removals(), 1);
    server.connect_to("seat:1").command(&["CLIENT", "KILL", "TYPE", "normal"]).expect("it answers");
    eventually(SOON, "it is sent again", async || removals() == 2).await;
    assert_eq!(server.command(&["EXISTS", "seat:2"]).integer(), 1);
}

#[tokio::test]
async fn what_the_new_primary_refuses_at_first_is_removed_when_it_takes_writes() {
    let server = RedisServer::start();
    let cache = Cache::builder().url(server.url()).operation_timeout(TIMEOUT).build().expect("a cache");
    assert_eq!(with_cache(cache.clone(), seat(1)).await, Ok(1));
    let Reply::Bulk(before) = server.command(&["GET", "seat:1"]) else { panic!("it is not stored") };
    with_cache(cache.clone(), seat::invalidate(1)).await.expect("it went through");

    server.command(&[b"SET", b"seat:1".as_slice(), &before, b"PX", b"600000"]);
    server.everywhere(&["CONFIG", "SET", "min-replicas-to-write", "9"]);
    server.everywhere(&["CLIENT", "KILL", "TYPE", "normal"]);
    let is_not_believed = async || {
        let is_reached = cache.ping().await.is_ok();
        is_reached && with_cache(cache.clone(), seat::peek(1)).await.is_none()
    };
    eventually(SOON, "the old entry is not used", is_not_believed).await;
    assert_eq!(server.command(&["EXISTS", "seat:1"]).integer(), 1, "it is still there");
    server.everywhere(&["CONFIG", "SET", "min-replicas-to-write", "0"]);
    let is_gone = async || server.command(&["GET", "seat:1"]) == Reply::Nil;
    eventually(SOON, "it is removed", is_gone).await;
}

/// The seats are sold anew each time: those of an older sale are worth nothing.
static SALE: AtomicU64 = AtomicU64::new(0);

#[read_through(key = "sold:{number}", ttl = 600, tags = ["sales"])]
async fn sold(number: u64) -> u64 {
    let _ = number;
    SALE.load(Ordering::SeqCst)
}

#[read_through(key = "sold:{number}", ttl = 600, tags = ["sales"], each(number in numbers))]
async fn all_sold(numbers: Vec<u64>) -> HashMap<u64, u64> {
    let sale = SALE.load(Ordering::SeqCst);
    numbers.into_iter().map(|number| (number, sale)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_reads_nothing_that_it_has_invalidated_before_a_failover_not_even_at_first() {
    const ROUNDS: u64 = 10;
    // All of it changes in one step, which takes one server.
    let server = RedisServer::single();
    let cache = Cache::builder().url(server.url()).operation_timeout(TIMEOUT).build().expect("a cache");
    for (round, key) in (1..=ROUNDS).flat_map(|round| ["sold:1", "%~tag:sales", "%~all"].map(|key| (round, key))) {
        let call = async || with_cache(cache.clone(), sold(1)).await;
        let sale = SALE.load(Ordering::SeqCst);
        let is_stored = async || call().await == sale && with_cache(cache.clone(), sold::peek(1)).await == Some(sale);
        eventually(SOON, "the sale is known", is_stored).await;
        let Reply::Bulk(entry) = server.command(&["GET", "sold:1"]) else { panic!("it is not stored") };
        let Reply::Bulk(before) = server.command(&["GET", key]) else { panic!("there is no {key}") };
        let sale = SALE.fetch_add(1, Ordering::SeqCst) + 1;
        match key {
            "sold:1" => with_cache(cache.clone(), sold::invalidate(1)).await,
            "%~tag:sales" => cache.invalidate_tag("sales").await,
            _ => cache.clear().await,
        }
        .expect("it went through");

        let readers: Vec<_> = (0..8)
            .map(|reader| {
                let cache = cache.clone();
                let read = async move {
                    for _ in 0..100 {
                        let value = if reader % 2 == 0 { sold(1).await } else { all_sold(vec![1, 2]).await[&1] };
                        assert_eq!(value, sale, "after {key} was removed, in round {round}");
                    }
                };
                tokio::spawn(with_cache(cache, read))
            })
            .collect();
        // In one step: whoever reads from now on reads from the replica that is the primary, and had never got it.
        let mut failover = server.connect();
        failover.command(&["MULTI"]).unwrap();
        failover.command(&[b"SET", key.as_bytes(), &before, b"PX", b"600000"]).unwrap();
        failover.command(&[b"SET", b"sold:1".as_slice(), &entry, b"PX", b"600000"]).unwrap();
        failover.command(&["CLIENT", "KILL", "TYPE", "normal"]).unwrap();
        assert!(matches!(failover.command(&["EXEC"]).unwrap(), Reply::Array(done) if done.len() == 3));
        for reader in readers {
            reader.await.unwrap();
        }
    }
}
