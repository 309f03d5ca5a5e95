//! Everything is forgotten in one step, however much there is.

use std::time::Duration;

use cache_runtime::{Cache, Policy};

use crate::fleet::{Fleet, PATIENCE};

const POLICY: Policy = Policy::new(Duration::from_secs(60));

#[tokio::test]
async fn in_all_processes_by_one_command() {
    let fleet = Fleet::alone_at_a_server(2);
    for key in 0..200 {
        fleet.caches[0].put(&format!("key:{key}"), &key, &POLICY).await.unwrap();
    }
    fleet.redis(&["CONFIG", "RESETSTAT"]);
    fleet.caches[1].clear().await.unwrap();
    let commands = fleet.redis(&["INFO", "commandstats"]).text();
    assert!(commands.contains("cmdstat_del:calls=1,"), "{commands}");
    // And one by which others are told, permitted or not.
    let told = commands.lines().find(|line| line.starts_with("cmdstat_publish")).unwrap_or_default();
    assert!(
        told.contains(":calls=1,") || told.contains(":calls=0,") && told.contains("rejected_calls=1,"),
        "{commands}"
    );
    let beside = ["auth", "hello", "ping", "config", "del", "publish"].map(|name| format!("cmdstat_{name}"));
    let others = commands.lines().filter(|line| line.starts_with("cmdstat_"));
    let others: Vec<_> = others.filter(|line| !beside.iter().any(|name| line.starts_with(name))).collect();
    assert!(others.is_empty(), "{others:?}");
    for cache in &fleet.caches {
        for key in 0..200 {
            assert_eq!(cache.get::<u32>(&format!("key:{key}")).await.unwrap(), None);
        }
    }
}

#[tokio::test]
async fn and_nothing_of_another_namespace() {
    let fleet = Fleet::of(1);
    let other =
        Cache::builder().url(fleet.server.url()).namespace("other").operation_timeout(PATIENCE).build().unwrap();
    other.put("kept", &1, &POLICY).await.unwrap();
    fleet.caches[0].put("forgotten", &1, &POLICY).await.unwrap();
    fleet.caches[0].clear().await.unwrap();
    assert_eq!(other.get::<i32>("kept").await.unwrap(), Some(1));
    assert_eq!(fleet.caches[0].get::<i32>("forgotten").await.unwrap(), None);
}

#[tokio::test]
async fn what_is_stored_afterwards_stays() {
    let fleet = Fleet::of(2);
    fleet.caches[0].clear().await.unwrap();
    fleet.caches[0].put("new", &1, &POLICY).await.unwrap();
    assert_eq!(fleet.caches[1].get::<i32>("new").await.unwrap(), Some(1));
}
