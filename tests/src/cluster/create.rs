//! From six processes to a cluster that serves every slot.

use std::thread::sleep;
use std::time::Duration;

use crate::port;
use crate::resp::Reply;
use crate::server::{Builder, RedisServer, major_version};

/// How many of the nodes are primaries; there are as many replicas.
pub(super) const PRIMARIES: usize = 3;
pub(super) const SLOTS: u16 = 16384;

/// After so many milliseconds a node that is silent counts as gone: longer than a busy machine keeps a process waiting.
const NODE_TIMEOUT: &str = "20000";
/// The same while they hear who is whose replica, when nobody is replaced: the shorter it is, the more often they tell each other
/// of themselves.
const BRIEF_NODE_TIMEOUT: &str = "500";
/// The same where somebody waits for it.
const SHORT_NODE_TIMEOUT: &str = "1000";
const PAUSE: Duration = Duration::from_millis(10);
const PATIENCE: u32 = 6_000;

/// Primaries, and behind them the replica of each, when all of them know each other. `more` is what they are started with
/// besides.
pub(super) fn nodes(more: impl Fn(Builder) -> Builder) -> Vec<RedisServer> {
    let nodes: Vec<_> = (0..2 * PRIMARIES).map(|_| more(node()).start()).collect();
    let (primaries, replicas) = nodes.split_at(PRIMARIES);
    for (epoch, node) in nodes.iter().enumerate() {
        ok(node, &["CLUSTER", "SET-CONFIG-EPOCH", &(epoch + 1).to_string()]);
    }
    for (primary, (first, last)) in primaries.iter().zip(ranges()) {
        let slots: Vec<_> = (first..=last).map(|slot| slot.to_string()).collect();
        ok(primary, &["CLUSTER", "ADDSLOTS"].into_iter().chain(slots.iter().map(String::as_str)).collect::<Vec<_>>());
    }
    if let Some((first, others)) = nodes.split_first() {
        for other in others {
            ok(first, &["CLUSTER", "MEET", "127.0.0.1", &other.known_port().to_string(), &bus_port(other)]);
        }
    }
    until("all nodes know each other", || nodes.iter().all(|node| info(node, "cluster_known_nodes:6")));
    for node in &nodes {
        set(node, "cluster-node-timeout", BRIEF_NODE_TIMEOUT);
    }
    for (primary, replica) in primaries.iter().zip(replicas) {
        ok(replica, &["CLUSTER", "REPLICATE", &id(primary)]);
    }
    until_in_order(|| nodes.iter());
    until("all know who is a replica", || nodes.iter().all(|node| replicas_known_to(node) == PRIMARIES));
    for node in &nodes {
        set(node, "cluster-node-timeout", NODE_TIMEOUT);
        set(node, "cluster-replica-no-failover", "no");
    }
    nodes
}

/// Waits until the nodes serve every slot, and the replicas have what there is.
pub(crate) fn until_in_order<'a, I: Iterator<Item = &'a RedisServer>>(nodes: impl Fn() -> I) {
    until("every slot is served", || nodes().all(|node| info(node, "cluster_state:ok")));
    until("the replicas are in step", || nodes().all(|node| is_primary(node) || is_in_step(node)));
}

pub(crate) fn is_primary(node: &RedisServer) -> bool {
    node.ask(&["INFO", "replication"]).text().contains("role:master")
}

/// The first and the last slot of each primary.
fn ranges() -> impl Iterator<Item = (u16, u16)> {
    let share = SLOTS / 3 + 1;
    [0, 1, 2].into_iter().map(move |n| (n * share, ((n + 1) * share).min(SLOTS) - 1))
}

fn node() -> Builder {
    let node = RedisServer::builder().setting("cluster-enabled", "yes");
    let node = if has_bus_port() { node.setting("cluster-port", &port::next_free().to_string()) } else { node };
    node.setting("cluster-node-timeout", NODE_TIMEOUT)
        .setting("cluster-replica-no-failover", "yes")
        // The others go on when one is gone, as caches want it.
        .setting("cluster-require-full-coverage", "no")
        // A replica is fit to take over however long ago it heard of its primary: the machine may be busy.
        .setting("cluster-replica-validity-factor", "0")
        .in_a_cluster()
}

/// From now on it counts soon that a node is silent.
pub(super) fn hurry(node: &RedisServer) {
    set(node, "cluster-node-timeout", SHORT_NODE_TIMEOUT);
}

fn set(node: &RedisServer, name: &str, value: &str) {
    ok(node, &["CONFIG", "SET", name, value]);
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

/// Whether the port by which nodes talk to each other can be chosen. Before Redis 7, it is ten thousand above the other one.
fn has_bus_port() -> bool {
    major_version() >= 7
}

fn bus_port(node: &RedisServer) -> String {
    let chosen = node.command(&["CONFIG", "GET", "cluster-port"]).texts().pop();
    chosen.unwrap_or_else(|| (u32::from(node.known_port()) + 10_000).to_string())
}

fn info(node: &RedisServer, line: &str) -> bool {
    node.ask(&["CLUSTER", "INFO"]).text().lines().any(|told| told == line)
}

fn is_in_step(replica: &RedisServer) -> bool {
    replica.ask(&["INFO", "replication"]).text().lines().any(|told| told == "master_link_status:up")
}

fn replicas_known_to(node: &RedisServer) -> usize {
    node.command(&["CLUSTER", "NODES"]).text().matches("slave").count()
}
