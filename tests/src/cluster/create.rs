//! From six processes to a cluster that serves every slot.

use std::thread::sleep;
use std::time::Duration;

use crate::port;
use crate::resp::Reply;
use crate::server::RedisServer;

/// How many of the nodes are primaries; there are as many replicas.
pub(super) const PRIMARIES: usize = 3;
pub(super) const SLOTS: u16 = 16384;

/// After so many milliseconds a node that is silent counts as gone: longer than a busy machine keeps a process waiting.
const NODE_TIMEOUT: &str = "20000";
/// The same where somebody waits for it.
const SHORT_NODE_TIMEOUT: &str = "1000";
const PAUSE: Duration = Duration::from_millis(10);
const PATIENCE: u32 = 6_000;

/// Primaries, and behind them the replica of each, when all of them know each other.
pub(super) fn nodes() -> Vec<RedisServer> {
    let nodes: Vec<_> = (0..2 * PRIMARIES).map(|_| node()).collect();
    let (primaries, replicas) = nodes.split_at(PRIMARIES);
    for (epoch, node) in nodes.iter().enumerate() {
        ok(node, &["CLUSTER", "SET-CONFIG-EPOCH", &(epoch + 1).to_string()]);
    }
    for (primary, (first, last)) in primaries.iter().zip(ranges()) {
        ok(primary, &["CLUSTER", "ADDSLOTSRANGE", &first.to_string(), &last.to_string()]);
    }
    if let Some((first, others)) = nodes.split_first() {
        for other in others {
            ok(first, &["CLUSTER", "MEET", "127.0.0.1", &other.port().to_string(), &bus_port(other)]);
        }
    }
    until("all nodes know each other", || nodes.iter().all(|node| info(node, "cluster_known_nodes:6")));
    for (primary, replica) in primaries.iter().zip(replicas) {
        ok(replica, &["CLUSTER", "REPLICATE", &id(primary)]);
    }
    until("every slot is served", || nodes.iter().all(|node| info(node, "cluster_state:ok")));
    until("the replicas are in step", || replicas.iter().all(is_in_step));
    until("all know who is a replica", || nodes.iter().all(|node| replicas_known_to(node) == PRIMARIES));
    nodes
}

/// The first and the last slot of each primary.
fn ranges() -> impl Iterator<Item = (u16, u16)> {
    let share = SLOTS / 3 + 1;
    [0, 1, 2].into_iter().map(move |n| (n * share, ((n + 1) * share).min(SLOTS) - 1))
}

fn node() -> RedisServer {
    RedisServer::builder()
        .setting("cluster-enabled", "yes")
        .setting("cluster-port", &port::next_free().to_string())
        .setting("cluster-node-timeout", NODE_TIMEOUT)
        // The others go on when one is gone, as caches want it.
        .setting("cluster-require-full-coverage", "no")
        // A replica is fit to take over however long ago it heard of its primary: the machine may be busy.
        .setting("cluster-replica-validity-factor", "0")
        .in_a_cluster()
        .start()
}

/// From now on it counts soon that a node is silent.
pub(super) fn hurry(node: &RedisServer) {
    ok(node, &["CONFIG", "SET", "cluster-node-timeout", SHORT_NODE_TIMEOUT]);
}

pub(super) fn id(node: &RedisServer) -> String {
    node.command(&["CLUSTER", "MYID"]).text()
}

pub(super) fn ok(node: &RedisServer, command: &[&str]) {
    assert_eq!(node.command(command), Reply::Status("OK".to_owned()), "`{}` was refused", command.join(" "));
}

/// Waits until the cluster has come so far.
pub(super) fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..PATIENCE {
        if is_so() {
            return;
        }
        sleep(PAUSE);
    }
    panic!("the cluster does not get there: {what}")
}

fn bus_port(node: &RedisServer) -> String {
    node.command(&["CONFIG", "GET", "cluster-port"]).texts().pop().unwrap_or_default()
}

fn info(node: &RedisServer, line: &str) -> bool {
    node.command(&["CLUSTER", "INFO"]).text().lines().any(|told| told == line)
}

fn is_in_step(replica: &RedisServer) -> bool {
    replica.command(&["INFO", "replication"]).text().lines().any(|told| told == "master_link_status:up")
}

fn replicas_known_to(node: &RedisServer) -> usize {
    node.command(&["CLUSTER", "NODES"]).text().matches("slave ").count()
}
