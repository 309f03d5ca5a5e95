//! Redis is there and says no.

use cache_runtime::with_cache;
use cache_tests::{RedisServer, Reply};

use crate::stand::{NEW, Stand, key, user};

#[tokio::test]
async fn a_wrong_password_costs_no_call_and_is_not_told() {
    let server = RedisServer::builder().password("right-s3cret").start();
    let mut admin = server.connect();
    let stand = Stand::on(&server.url().replace("right", "wrong"));
    stand.endures("wrong password").await;

    let error = stand.cache.ping().await.expect_err("the password is wrong");
    let source = std::error::Error::source(&error).map(|source| format!("{source} {source:?}"));
    let told = format!("{error} {error:?} {source:?} {:?}", stand.cache);
    assert!(told.to_lowercase().contains("authentication"), "it should say why: {told}");
    assert!(!told.contains("s3cret"), "it tells the password: {told}");

    admin.command(&["CONFIG", "SET", "requirepass", "wrong-s3cret"]).expect("the password is changed");
    stand.comes_back("wrong password").await;
}

#[tokio::test]
async fn too_many_clients() {
    // Sentinels and other nodes would be among them.
    let server = RedisServer::single();
    let mut admin = server.connect();
    admin.command(&["CONFIG", "SET", "maxclients", "1"]).expect("no more clients");
    let stand = Stand::on(&server.url());
    stand.endures("too many clients").await;
    admin.command(&["CONFIG", "SET", "maxclients", "100"]).expect("more clients again");
    stand.comes_back("too many clients").await;
}

#[tokio::test]
async fn a_replica_without_its_primary_answers_nothing() {
    let server = RedisServer::builder().setting("replica-serve-stale-data", "no").start();
    let stand = Stand::warm(&server.url()).await;
    server.command(&["REPLICAOF", "127.0.0.1", "1"]);
    stand.endures("primary down").await;
    server.command(&["REPLICAOF", "NO", "ONE"]);
    stand.comes_back("primary down").await;
}

#[tokio::test]
async fn out_of_memory() {
    let server = RedisServer::builder().setting("maxmemory-policy", "noeviction").start();
    let stand = Stand::warm(&server.url()).await;
    server.command(&["CONFIG", "SET", "maxmemory", "1"]);
    reads_go_on(&stand, &server, "out of memory").await;
    // `DEL` frees memory, so it is never refused for want of it.
    assert!(with_cache(stand.cache.clone(), user::invalidate(NEW)).await.is_ok());
    server.command(&["CONFIG", "SET", "maxmemory", "0"]);
    stand.comes_back_for(NEW, "out of memory").await;
}

#[tokio::test]
async fn a_read_only_replica() {
    // Sentinels would make it a master again, and a node of a cluster does not obey.
    let server = RedisServer::single();
    let stand = Stand::warm(&server.url()).await;
    server.command(&["REPLICAOF", "127.0.0.1", "1"]);
    reads_go_on(&stand, &server, "read-only").await;
    cannot_invalidate(&stand).await;
    server.command(&["REPLICAOF", "NO", "ONE"]);
    stand.comes_back_for(NEW, "read-only").await;
}

#[tokio::test]
async fn too_few_replicas() {
    let server = RedisServer::start();
    let stand = Stand::warm(&server.url()).await;
    server.everywhere(&["CONFIG", "SET", "min-replicas-to-write", "9"]);
    reads_go_on(&stand, &server, "too few replicas").await;
    cannot_invalidate(&stand).await;
    server.everywhere(&["CONFIG", "SET", "min-replicas-to-write", "0"]);
    stand.comes_back_for(NEW, "too few replicas").await;
}

/// Nobody can create a file in `/proc`, not even root, so every snapshot fails.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn snapshots_that_fail() {
    let server = RedisServer::builder().setting("dir", "/proc").start();
    // Redis 6.2 does not take it from the command line.
    assert_eq!(server.command(&["CONFIG", "SET", "save", "3600 1"]).text(), "OK");
    let stand = Stand::warm(&server.url()).await;
    server.command(&["BGSAVE"]);
    let refused = || async { matches!(server.command(&["SET", "probe", "1"]), Reply::Error(_)) };
    cache_tests::eventually(crate::stand::TIMEOUT * 10, "the snapshot has failed", refused).await;
    reads_go_on(&stand, &server, "snapshots fail").await;
    cannot_invalidate(&stand).await;
    server.command(&["CONFIG", "SET", "stop-writes-on-bgsave-error", "no"]);
    stand.comes_back_for(NEW, "snapshots fail").await;
}

/// Writes are refused: what is stored is still used, what is not is loaded and left unstored.
pub(crate) async fn reads_go_on(stand: &Stand, server: &RedisServer, outage: &str) {
    assert!(stand.call(1).await.hit, "a stored value is still good during: {outage}");
    stand.endures(outage).await;
    assert!(!stand.call(NEW).await.hit);
    assert_eq!(server.command(&["GET", &key(NEW)]), Reply::Nil, "stored during: {outage}");
    assert!(stand.call(1).await.hit, "refused writes are no reason not to read during: {outage}");
}

pub(crate) async fn cannot_invalidate(stand: &Stand) {
    let refused = with_cache(stand.cache.clone(), user::invalidate(NEW)).await;
    assert!(refused.is_err(), "an invalidation that Redis refused was reported as done");
}
