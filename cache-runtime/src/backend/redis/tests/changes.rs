//! Whoever waits for a change is told of it.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use cache_tests::{RedisServer, eventually};
use tokio::runtime::Builder;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};

use super::support::{SOON, calls, clients, get, key, kill, patient, store};
use crate::backend::redis::RedisStore;
use crate::error::Error;
use crate::key::Key;
use crate::store::Store;

const LONG: Duration = Duration::from_secs(600);

type Wait = JoinHandle<Result<(), Error>>;

/// A server, and a store in which `k` begins with `P`.
struct Stand {
    server: RedisServer,
    store: Arc<RedisStore>,
    key: Key,
}

impl Stand {
    async fn start() -> Self {
        let server = RedisServer::start();
        let stand = Self { store: Arc::new(store(&server.url())), server, key: key("k") };
        stand.lease(LONG).await;
        stand
    }

    async fn lease(&self, life: Duration) {
        self.store.set(&self.key, Bytes::from_static(b"P token"), life, SOON).await.unwrap();
    }

    /// Somebody who waits, and has looked at what there is.
    async fn waiting(&self) -> Wait {
        let asked = calls(&self.server, "get");
        let (store, key) = (Arc::clone(&self.store), self.key.clone());
        let wait = tokio::spawn(async move { store.changed(&key, b"P token", LONG).await });
        eventually(SOON, "the waiter asks", async || calls(&self.server, "get") > asked).await;
        wait
    }

    fn nobody_waits(&self) -> bool {
        self.store.runtimes().current().unwrap().told().nobody_waits()
    }
}

async fn ends(wait: Wait) {
    timeout(SOON, wait).await.expect("the waiter is woken").unwrap().unwrap();
}

#[tokio::test]
async fn every_change_wakes_at_once_and_without_polling() {
    let stand = Stand::start().await;
    let other = store(&stand.server.url());
    for change in ["DEL", "SET", "FLUSHALL", "replace", "PEXPIRE"] {
        stand.lease(LONG).await;
        let asked = calls(&stand.server, "get");
        let wait = stand.waiting().await;
        assert!(!wait.is_finished());
        let start = Instant::now();
        match change {
            "DEL" => drop(stand.server.command(&["DEL", "k"])),
            "SET" => drop(stand.server.command(&["SET", "k", "V"])),
            "FLUSHALL" => drop(stand.server.command(&["FLUSHALL"])),
            "replace" => {
                let bytes = Bytes::from_static(b"V new");
                assert!(other.replace(&stand.key, b"P token", bytes, LONG, SOON).await.unwrap());
            }
            _ => drop(stand.server.command(&["PEXPIRE", "k", "1"])),
        }
        ends(wait).await;
        assert!(start.elapsed() < Duration::from_secs(2), "{change}: {:?}", start.elapsed());
        let asked = calls(&stand.server, "get") - asked;
        assert!(asked <= 2, "{change}: asked {asked} times");
        assert!(stand.nobody_waits(), "{change}");
    }
}

#[tokio::test]
async fn an_end_in_time_wakes() {
    let stand = Stand::start().await;
    stand.lease(Duration::from_millis(300)).await;
    ends(stand.waiting().await).await;
    eventually(SOON, "it has ended", async || get(&stand.store, &stand.key).await.is_none()).await;
}

#[tokio::test]
async fn nobody_waits_longer_than_was_said() {
    let stand = Stand::start().await;
    for within in [0, 20, 60] {
        let within = Duration::from_millis(within);
        let start = Instant::now();
        stand.store.changed(&stand.key, b"P token", within).await.unwrap();
        assert!(start.elapsed() >= within && start.elapsed() < within + Duration::from_secs(1));
        assert!(stand.nobody_waits());
    }
}

#[tokio::test]
async fn whoever_is_dropped_leaves_nothing_behind() {
    let stand = Stand::start().await;
    let wait = stand.waiting().await;
    assert!(!stand.nobody_waits());
    wait.abort();
    assert!(wait.await.unwrap_err().is_cancelled());
    assert!(stand.nobody_waits());
}

#[tokio::test]
async fn many_wait_on_one_connection_and_only_those_concerned_are_woken() {
    let stand = Stand::start().await;
    let keys: Vec<Key> = (0..200).map(|n| key(&n.to_string())).collect();
    for key in &keys {
        stand.store.set(key, Bytes::from_static(b"P token"), LONG, SOON).await.unwrap();
    }
    let wait = |key: &Key| {
        let (store, key) = (Arc::clone(&stand.store), key.clone());
        tokio::spawn(async move { store.changed(&key, b"P token", LONG).await })
    };
    let mut waits: Vec<Wait> = keys.iter().map(wait).collect();
    eventually(SOON, "all ask", async || calls(&stand.server, "get") >= 200).await;
    // Until then, they ask now and then.
    eventually(SOON, "redis tells of changes", async || !clients(&stand.server, true).is_empty()).await;
    assert_eq!(clients(&stand.server, true).len(), 1);
    stand.store.remove(&keys[7], SOON).await.unwrap();
    ends(waits.swap_remove(7)).await;
    assert!(waits.iter().all(|wait| !wait.is_finished()));
    stand.server.command(&["FLUSHALL"]);
    for wait in waits {
        ends(wait).await;
    }
    assert!(stand.nobody_waits());
}

#[tokio::test]
async fn a_lost_connection_wakes_and_is_made_again() {
    let stand = Stand::start().await;
    for _ in 0..3 {
        let wait = stand.waiting().await;
        let start = Instant::now();
        kill(&stand.server, &clients(&stand.server, true));
        ends(wait).await;
        assert!(start.elapsed() < Duration::from_millis(400), "{:?}: before the next heartbeat", start.elapsed());
        eventually(SOON, "it is back", async || clients(&stand.server, true).len() == 1).await;
    }
    let asked = calls(&stand.server, "get");
    let wait = stand.waiting().await;
    stand.store.remove(&stand.key, SOON).await.unwrap();
    ends(wait).await;
    assert!(calls(&stand.server, "get") - asked <= 2);
}

#[tokio::test]
async fn closing_sends_waiters_home_and_closes_both_connections() {
    let stand = Stand::start().await;
    let wait = stand.waiting().await;
    stand.store.close().await.unwrap();
    ends(wait).await;
    let nobody = || clients(&stand.server, true).len() + clients(&stand.server, false).len() == 0;
    eventually(SOON, "all are closed", async || nobody()).await;
    // And the next one opens them again.
    let wait = stand.waiting().await;
    stand.store.remove(&stand.key, SOON).await.unwrap();
    ends(wait).await;
    drop(stand.store);
    eventually(SOON, "dropped is closed", async || {
        clients(&stand.server, true).len() + clients(&stand.server, false).len() == 0
    })
    .await;
}

#[tokio::test]
async fn without_a_waiter_there_is_one_connection() {
    let stand = Stand::start().await;
    assert_eq!((clients(&stand.server, true).len(), clients(&stand.server, false).len()), (0, 1));
}

#[test]
fn each_runtime_is_told_on_a_connection_of_its_own() {
    let server = RedisServer::start();
    let store = patient(&server.url(), SOON);
    for round in 0..3 {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (key, new) = (key("k"), Bytes::from_static(b"V"));
            store.set(&key, Bytes::from_static(b"P token"), LONG, SOON).await.unwrap();
            let mut wait = pin!(store.changed(&key, b"P token", LONG));
            let tracked = async || clients(&server, true).len() == 1;
            let told = async {
                eventually(SOON, "it is told", tracked).await;
                store.set(&key, new, LONG, SOON).await.unwrap();
            };
            let (woken, ()) = tokio::join!(timeout(SOON, &mut wait), told);
            woken.unwrap_or_else(|_| panic!("woken in round {round}")).unwrap();
        });
    }
}
