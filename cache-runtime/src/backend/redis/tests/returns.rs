//! The store says when it is back.

use std::time::Duration;

use cache_tests::{RedisServer, eventually};
use tokio::runtime::Builder;

use super::support::{SOON, clients, kill, patient, store};
use crate::store::Store;

/// After so long the heartbeat would have noticed whatever there is to notice.
const SETTLED: Duration = Duration::from_millis(1500);

#[tokio::test]
async fn the_first_connection_is_no_return() {
    let server = RedisServer::start();
    let store = store(&server.url());
    let returns = store.returns().unwrap();
    store.ping(SOON).await.unwrap();
    store.close().await.unwrap();
    store.ping(SOON).await.unwrap();
    assert_eq!(returns.count(), 0);
}

#[tokio::test]
async fn a_server_that_was_never_there_does_not_return() {
    let mut server = RedisServer::start();
    server.kill();
    let store = patient(&server.url(), Duration::from_millis(100));
    let returns = store.returns().unwrap();
    store.ping(SOON).await.unwrap_err();
    server.restart();
    eventually(SOON, "it is there", async || store.ping(SOON).await.is_ok()).await;
    assert_eq!(returns.count(), 0);
}

#[tokio::test]
async fn a_restart_counts_once_and_so_does_a_lost_connection() {
    let mut server = RedisServer::start();
    let store = patient(&server.url(), Duration::from_millis(100));
    let mut returns = store.returns().unwrap().subscribe();
    store.ping(SOON).await.unwrap();
    for round in [1, 2, 3] {
        if round == 2 {
            server.restart();
        } else {
            kill(&server, &clients(&server, false));
        }
        tokio::time::timeout(SOON, returns.changed()).await.expect("it is back").unwrap();
        store.ping(SOON).await.expect("whoever is told of the return finds the server");
        tokio::time::sleep(SETTLED).await;
        assert_eq!(*returns.borrow_and_update(), round);
    }
}

#[test]
fn a_connection_that_was_lost_with_its_runtime_is_made_good_for_by_another() {
    let mut server = RedisServer::start();
    let store = patient(&server.url(), Duration::from_millis(100));
    let returns = store.returns().unwrap();
    let runtime = || Builder::new_current_thread().enable_all().build().unwrap();
    runtime().block_on(async {
        store.ping(SOON).await.unwrap();
        server.kill();
        eventually(SOON, "the loss is noticed", async || store.ping(SOON).await.is_err()).await;
    });
    server.restart();
    for _ in 0..2 {
        runtime().block_on(async { store.ping(SOON).await.unwrap() });
        assert_eq!(returns.count(), 1);
    }
}
