//! A network that is bad and good enough.

use std::time::Duration;

use cache_tests::{Fault, FaultProxy, RedisServer};

use crate::stand::Stand;

#[tokio::test]
async fn latency_below_the_timeout_is_borne() {
    only_hits_through(Fault::Latency(Duration::from_millis(40))).await;
}

#[tokio::test]
async fn replies_in_segments_of_one_byte_are_read() {
    only_hits_through(Fault::Slice).await;
}

#[tokio::test]
async fn a_unix_socket_and_a_password_are_no_obstacle() {
    let server = RedisServer::builder().unix_socket().password("s3cret").start();
    for url in [server.unix_url(), server.url()] {
        let stand = Stand::warm(&url).await;
        assert!(stand.call(1).await.hit);
    }
}

#[tokio::test]
async fn a_value_cut_in_half_is_no_value() {
    let server = RedisServer::single();
    let proxy = FaultProxy::to(server.port());
    let stand = Stand::warm(&server.url_on(proxy.port())).await;
    for bytes in [1, 10, 100, 300] {
        proxy.set(Fault::CutAfter(bytes));
        stand.call(1).await;
        proxy.set(Fault::None);
        stand.comes_back(&format!("cut after {bytes} bytes")).await;
    }
}

/// Not one call is answered by the body, so the breaker stays closed and no connection is given up.
async fn only_hits_through(fault: Fault) {
    let server = RedisServer::single();
    let proxy = FaultProxy::to(server.port());
    let stand = Stand::warm(&server.url_on(proxy.port())).await;
    let connections = proxy.connections();
    proxy.set(fault);
    for call in 0..50 {
        assert!(stand.call(1).await.hit, "call {call} missed with {fault:?}");
    }
    assert_eq!(proxy.connections(), connections);
}
