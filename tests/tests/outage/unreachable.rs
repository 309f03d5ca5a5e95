//! Nobody answers at the port.

use std::sync::Arc;
use std::time::Duration;

use cache_tests::{Fault, FaultProxy, RedisServer};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::stand::{LATE, Stand};

#[tokio::test]
async fn a_redis_that_is_absent_at_the_start_is_used_when_it_comes() {
    let mut server = RedisServer::start();
    server.kill();
    let stand = Stand::on(&server.url());
    stand.endures("absent at the start").await;
    assert!(stand.cache.ping().await.is_err());
    server.restart();
    stand.comes_back("absent at the start").await;
    assert!(stand.cache.ping().await.is_ok());
}

#[tokio::test]
async fn a_killed_redis_is_missed_by_nobody() {
    let mut server = RedisServer::start();
    let stand = Stand::warm(&server.url()).await;
    server.kill();
    stand.endures("killed").await;
    stand.endures_a_crowd("killed").await;
    server.restart();
    stand.comes_back("killed").await;
}

#[tokio::test]
async fn a_restarted_redis_is_found_again() {
    let mut server = RedisServer::start();
    let stand = Stand::warm(&server.url()).await;
    server.restart();
    stand.comes_back("restarted").await;
}

#[tokio::test]
async fn a_long_absence_does_not_slow_the_return() {
    let mut server = RedisServer::start();
    let stand = Stand::warm(&server.url()).await;
    server.kill();
    // Time is the subject: by now the pauses between attempts to connect have grown as long as they get.
    sleep(Duration::from_secs(8)).await;
    stand.endures("long absent").await;
    server.restart();
    stand.comes_back("long absent").await;
}

#[tokio::test]
async fn connections_that_redis_closes_are_opened_again() {
    let server = RedisServer::start();
    let stand = Stand::warm(&server.url()).await;
    server.everywhere(&["CLIENT", "KILL", "TYPE", "normal"]);
    stand.call(2).await;
    stand.comes_back("clients killed").await;
}

/// Redis is well all the time, so that nobody has a reason to wait for a timeout.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn connections_that_redis_keeps_closing_keep_nobody_waiting() {
    let server = RedisServer::start();
    let stand = Arc::new(Stand::warm(&server.url()).await);
    let mut callers: JoinSet<Duration> = (0..32).map(|id| Arc::clone(&stand).call_for_a_while(1000 + id)).collect();
    let killing = async {
        // In a cluster, at another node each time.
        for round in 0.. {
            let mut connection = server.connect_to(&format!("{round}"));
            connection.command(&["CLIENT", "KILL", "TYPE", "normal"]).expect("it answers");
            sleep(Duration::from_millis(20)).await;
        }
    };
    let mut longest = Duration::ZERO;
    let calling = async {
        while let Some(took) = callers.join_next().await {
            longest = longest.max(took.expect("callers do not panic"));
        }
    };
    tokio::select! {
        () = calling => {}
        () = killing => {}
    }
    println!("clients killed again and again: the longest call {longest:?}");
    assert!(longest < LATE, "a call took {longest:?}");
}

#[tokio::test]
async fn a_network_that_refuses_connections() {
    let server = RedisServer::single();
    let proxy = FaultProxy::to(server.port());
    let stand = Stand::warm(&server.url_on(proxy.port())).await;
    proxy.set(Fault::Refuse);
    stand.endures("refused").await;
    proxy.set(Fault::None);
    stand.comes_back("refused").await;
}

#[tokio::test]
async fn a_network_that_resets_connections() {
    let server = RedisServer::single();
    let proxy = FaultProxy::to(server.port());
    let stand = Stand::warm(&server.url_on(proxy.port())).await;
    proxy.set(Fault::Reset);
    stand.endures("reset").await;
    proxy.set(Fault::None);
    stand.comes_back("reset").await;
}
