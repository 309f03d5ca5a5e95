//! What a server is part of, in suites that need not care: they run on each topology by `CACHE_TESTS_ON`.

use super::RedisServer;
use crate::cluster::RedisCluster;
use crate::sentinels::Sentinels;

/// The variable that says it.
const VARIABLE: &str = "CACHE_TESTS_ON";

/// A server of the topology that is asked for, with all that belongs to it.
pub(super) fn start() -> RedisServer {
    match std::env::var_os(VARIABLE).unwrap_or_default().to_str() {
        Some("" | "single") => RedisServer::builder().start(),
        Some("sentinel") => Sentinels::calm(1).into_master(),
        Some("cluster") => RedisCluster::start().into_server(),
        _ => panic!("`{VARIABLE}` is not understood; expected `single`, `sentinel` or `cluster`"),
    }
}
