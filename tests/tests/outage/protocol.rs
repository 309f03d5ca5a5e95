//! A Redis, or a proxy in front of it, that speaks the old protocol only: nobody is told of changes there, so one asks.

use cache_tests::{Connection, Fault, FaultProxy, RedisServer};

use crate::stand::Stand;

/// As many as two caches need that try the new protocol first, and now and then again.
const FEW_CONNECTIONS: u64 = 40;

#[tokio::test]
async fn a_redis_that_does_not_know_hello_is_used_all_the_same() {
    // Two words and nothing: Redis forgets the command.
    let server = RedisServer::builder().setting("rename-command HELLO", "").start();
    let unknown = server.command(&["HELLO", "3"]).text();
    assert!(unknown.starts_with("ERR unknown command"), "{unknown}");

    let before = connections(&server);
    let stand = Stand::share(&server.url(), "an old protocol").await;
    stand.cache.ping().await.expect("it is there");
    stand.endures("an old protocol").await;
    let connections = connections(&server) - before;
    assert!(connections <= FEW_CONNECTIONS, "{connections} connections were made");
}

#[tokio::test]
async fn a_proxy_that_hangs_up_on_hello_is_used_all_the_same() {
    let server = RedisServer::single();
    let proxy = FaultProxy::to(server.port());
    proxy.set(Fault::HangUpOn("HELLO"));
    let mut connection = Connection::open(proxy.port()).expect("the proxy listens");
    connection.command(&["HELLO", "3"]).expect_err("it hangs up");

    let before = proxy.connections();
    let stand = Stand::share(&server.url_on(proxy.port()), "a proxy that hangs up").await;
    stand.cache.ping().await.expect("it is there");
    stand.endures("a proxy that hangs up").await;
    let connections = proxy.connections() - before;
    assert!(connections <= FEW_CONNECTIONS, "{connections} connections were made");
}

/// How many connections were made so far, this one among them.
fn connections(server: &RedisServer) -> u64 {
    let stats = server.command(&["INFO", "stats"]).text();
    let count = stats.lines().find_map(|line| line.strip_prefix("total_connections_received:")?.parse().ok());
    count.unwrap_or_else(|| panic!("Redis does not count its connections: {stats}"))
}
