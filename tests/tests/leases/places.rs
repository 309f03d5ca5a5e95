//! Something else than a lease or a value of ours stands at the key.

use std::time::Duration;

use cache_runtime::{read_through, with_cache};
use tokio::time::timeout;

use crate::fleet::{Fleet, LEASE, PATIENCE};

const FOREIGN: &str = "P0123456789abcdef";

#[tokio::test]
async fn a_lease_that_nobody_will_end_is_taken_over() {
    let fleet = Fleet::of(1);
    let ten_years = (10_u64 * 365 * 24 * 3600 * 1000).to_string();
    for (asked, end) in [(1, vec![]), (2, vec!["PX", &ten_years])] {
        fleet.redis(&[&["SET", "entry", FOREIGN][..], &end].concat());
        assert_eq!(timeout(LEASE, fleet.call(0)).await.unwrap().unwrap(), Ok(asked));
        assert_eq!(fleet.call(0).await.unwrap(), Ok(asked), "and its value is stored");
    }
}

#[tokio::test]
async fn a_lease_whose_holder_is_gone_is_waited_for_as_long_as_it_stands() {
    let fleet = Fleet::of(1);
    fleet.redis(&["SET", "entry", FOREIGN, "PX", "500"]);
    let call = fleet.call(0);
    fleet.until_waiting(1).await;
    assert_eq!(timeout(PATIENCE, call).await.unwrap().unwrap(), Ok(1));
    assert_eq!(fleet.redis(&["GETRANGE", "entry", "0", "0"]).text(), "V");
}

#[tokio::test]
async fn what_is_no_entry_is_replaced() {
    let fleet = Fleet::of(1);
    let commands: [&[&str]; 6] = [
        &["SET", "entry", ""],
        &["SET", "entry", "P"],
        &["SET", "entry", "P0123456789abcdef and more"],
        &["SET", "entry", "written by somebody else"],
        &["RPUSH", "entry", "a", "list"],
        &["HSET", "entry", "a", "hash"],
    ];
    for (index, command) in commands.into_iter().enumerate() {
        fleet.redis(&["DEL", "entry"]);
        fleet.redis(command);
        for _ in 0..2 {
            assert_eq!(timeout(PATIENCE, fleet.call(0)).await.unwrap().unwrap(), Ok(index + 1), "{command:?}");
        }
    }
}

/// A mistake, and one that must not stand still.
#[tokio::test]
async fn two_functions_of_different_types_that_share_a_key_drive_each_other_out_and_never_hang() {
    #[read_through(key = "shared", ttl = 60)]
    async fn number() -> u64 {
        tokio::time::sleep(Duration::from_millis(5)).await;
        7
    }
    #[read_through(key = "shared", ttl = 60)]
    async fn text() -> String {
        format!("{}!", number().await)
    }
    let fleet = Fleet::of(2);
    for cache in &fleet.caches {
        let both = async { (text().await, number().await) };
        let answer = timeout(PATIENCE, with_cache(cache.clone(), both)).await;
        assert_eq!(answer.expect("no deadlock"), ("7!".to_owned(), 7));
    }
}
