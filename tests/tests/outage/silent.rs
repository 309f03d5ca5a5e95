//! Connections stand, and no answer comes: the outage that costs most, because only time tells it.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use cache_runtime::{Cache, with_cache};
use cache_tests::{Direction, Fault, FaultProxy, RedisServer, eventually};
use futures_util::future::{join, join_all};

use crate::stand::{LONGEST, Stand, TIMEOUT, user};

#[tokio::test]
async fn a_frozen_redis_costs_one_timeout_and_then_next_to_nothing() {
    let server = RedisServer::start();
    let stand = Stand::warm(&server.url()).await;
    server.freeze();
    stand.endures("frozen").await;
    server.thaw();
    stand.comes_back("frozen").await;
}

#[tokio::test]
async fn a_crowd_in_front_of_a_frozen_redis_waits_no_longer_than_one() {
    let server = RedisServer::start();
    let stand = Stand::warm(&server.url()).await;
    server.freeze();
    stand.endures_a_crowd("frozen").await;
    server.thaw();
    stand.comes_back("frozen under a crowd").await;
}

/// So many reads may wait on a connection.
const ROOM: usize = 16 << 10;

#[tokio::test]
async fn callers_for_whom_there_is_no_room_before_a_slow_redis_go_to_the_origin() {
    // The room is that of one connection.
    let server = RedisServer::single();
    let cache = Cache::builder().url(server.url()).operation_timeout(Duration::from_secs(120)).build().unwrap();
    let loads = AtomicU64::new(0);
    let call = async |id| with_cache(cache.clone(), user(id, &loads)).await.unwrap();
    call(1).await;
    server.freeze();
    let (more, answered) = (3_000, AtomicUsize::new(0));
    let crowd = (0..ROOM + more).map(|id| {
        let (call, answered) = (&call, &answered);
        async move {
            call(1000 + id as u64).await;
            answered.fetch_add(1, Ordering::SeqCst)
        }
    });
    let thaw = async {
        let is_full = async || answered.load(Ordering::SeqCst) == more;
        eventually(Duration::from_secs(100), "those for whom there is no room have their answers", is_full).await;
        server.thaw();
    };
    join(join_all(crowd), thaw).await;
    let before = loads.load(Ordering::SeqCst);
    call(1).await;
    assert_eq!(loads.load(Ordering::SeqCst), before, "a hit");
}

#[tokio::test]
async fn a_redis_that_is_frozen_at_the_start() {
    let server = RedisServer::start();
    server.freeze();
    let stand = Stand::on(&server.url());
    stand.endures("frozen at the start").await;
    server.thaw();
    stand.comes_back("frozen at the start").await;
}

#[tokio::test]
async fn a_network_that_swallows_everything() {
    for direction in [Direction::Both, Direction::ToServer, Direction::ToClient] {
        let server = RedisServer::single();
        let proxy = FaultProxy::to(server.port());
        let stand = Stand::warm(&server.url_on(proxy.port())).await;
        proxy.set(Fault::BlackHole(direction));
        let outage = format!("black hole {direction:?}");
        stand.endures(&outage).await;
        proxy.set(Fault::None);
        stand.comes_back(&outage).await;
    }
}

#[tokio::test]
async fn replies_that_come_too_late_are_nobodys_replies() {
    let server = RedisServer::single();
    let proxy = FaultProxy::to(server.port());
    let stand = Stand::warm(&server.url_on(proxy.port())).await;
    proxy.set(Fault::Latency(TIMEOUT + Duration::from_millis(100)));
    stand.endures("slower than the timeout").await;
    proxy.set(Fault::None);
    // Whatever was late is arriving now, and every call checks that it gets its own user.
    stand.comes_back("slower than the timeout").await;
    stand.endures("late replies arriving").await;
}

#[tokio::test]
async fn a_line_too_thin_for_a_value() {
    let server = RedisServer::single();
    let proxy = FaultProxy::to(server.port());
    let stand = Stand::warm(&server.url_on(proxy.port())).await;
    proxy.set(Fault::Bandwidth(200));
    // Now and then something comes through, so that Redis is given up and taken back; no call pays twice.
    for id in 2..20 {
        let call = stand.call(id).await;
        assert!(call.took < LONGEST, "{call:?}");
    }
    proxy.set(Fault::None);
    stand.comes_back("200 bytes a second").await;
}

#[tokio::test]
async fn a_redis_busy_with_a_script() {
    let server = RedisServer::builder().setting("lua-time-limit", "100").start();
    let stand = Stand::warm(&server.url()).await;
    let mut busy = server.connect();
    busy.send(&["EVAL", "while true do end", "0"]).expect("the script is sent");
    stand.endures("busy").await;
    eventually(TIMEOUT * 10, "the script is killed", async || server.command(&["SCRIPT", "KILL"]).text() == "OK").await;
    stand.comes_back("busy").await;
}
