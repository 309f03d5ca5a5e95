//! What a test does to its cluster.

use super::create::{self, id, until};
use super::migration::Migration;
use crate::resp::{Connection, Reply};
use crate::server::RedisServer;

/// More redirections than a command can meet.
const MOST_HOPS: usize = 100;

/// Three primaries and the replica of each on free ports of this machine, without persistence, ended when this is dropped.
#[derive(Debug)]
pub struct RedisCluster {
    nodes: Vec<RedisServer>,
}

impl RedisCluster {
    /// Starts a cluster, and returns when it serves every slot.
    #[must_use]
    pub fn start() -> Self {
        Self { nodes: create::nodes() }
    }

    /// The first primary, for suites that need not care what it belongs to: it answers for the whole cluster.
    pub(crate) fn into_server(mut self) -> RedisServer {
        let first = self.nodes.remove(0);
        first.of_cluster(self)
    }

    /// `redis+cluster://user:password@127.0.0.1:port,..`, all nodes, for the code under test: a user who may do what a cache
    /// needs and nothing else.
    #[must_use]
    pub fn url(&self) -> String {
        self.url_of(&self.nodes.iter().collect::<Vec<_>>())
    }

    /// The same, and only these nodes are named.
    #[must_use]
    pub fn url_of(&self, nodes: &[&RedisServer]) -> String {
        let Some(first) = self.nodes.first() else { panic!("the cluster has no nodes") };
        let url = first.url();
        let (login, _) = url.rsplit_once('@').unwrap_or_default();
        let login = login.trim_start_matches("redis://");
        let places: Vec<_> = nodes.iter().map(|node| format!("127.0.0.1:{}", node.port())).collect();
        format!("redis+cluster://{login}@{}", places.join(","))
    }

    /// Runs one command at the node that has its key, once there is one.
    pub fn command<A: AsRef<[u8]>>(&self, arguments: &[A]) -> Reply {
        let mut answer = None;
        until("somebody has the key", || {
            answer = self.attempt(arguments);
            answer.is_some()
        });
        answer.unwrap_or(Reply::Nil)
    }

    /// `None`: nobody is where the key is said to be, or it is not known who will have it.
    fn attempt<A: AsRef<[u8]>>(&self, arguments: &[A]) -> Option<Reply> {
        let (mut port, mut is_asked) = (self.any().port(), false);
        for _ in 0..MOST_HOPS {
            let mut connection = Connection::open(port).ok()?;
            if is_asked {
                connection.command(&["ASKING"]).ok()?;
            }
            match connection.command(arguments).ok()? {
                Reply::Error(refused) if refused.starts_with("MOVED ") || refused.starts_with("ASK ") => {
                    is_asked = refused.starts_with("ASK ");
                    port = port_of(&refused);
                }
                Reply::Error(refused) if refused.starts_with("CLUSTERDOWN") => return None,
                reply => return Some(reply),
            }
        }
        None
    }

    /// All nodes, those among them that were killed too.
    #[must_use]
    pub fn nodes(&self) -> &[RedisServer] {
        &self.nodes
    }

    /// The slot of a key.
    #[must_use]
    pub fn slot_of(&self, key: &str) -> u16 {
        let slot = self.any().command(&["CLUSTER", "KEYSLOT", key]).integer();
        u16::try_from(slot).unwrap_or_else(|_| panic!("a slot of Redis is a small number, got {slot}"))
    }

    /// The node that has the slot of a key.
    #[must_use]
    pub fn primary_of(&self, key: &str) -> &RedisServer {
        let slot = self.slot_of(key);
        let mut node = self.any();
        for _ in 0..MOST_HOPS {
            match port_of_slot(node, slot) {
                Some(port) if port == node.port() => return node,
                Some(port) if is_up(self.at(port)) => node = self.at(port),
                _ => break,
            }
        }
        panic!("no node has slot {slot}")
    }

    /// From now on a node that was silent for a second counts as gone, and a replica takes its place. Before this is called, it
    /// takes much longer, so that nobody who is only slow is replaced.
    pub fn hurry(&self) {
        self.nodes.iter().filter(|node| is_up(node)).for_each(create::hurry);
    }

    /// Ends the primary that has the slot of a key, at once, and has its replica [hurry](Self::hurry) to take its place. Returns
    /// its own place among the nodes.
    pub fn kill_primary_of(&mut self, key: &str) -> usize {
        self.hurry();
        let port = self.primary_of(key).port();
        let at = self.nodes.iter().position(|node| node.port() == port).unwrap_or_default();
        self.node(at).kill();
        at
    }

    /// A node, to freeze, kill or start again.
    pub fn node(&mut self, at: usize) -> &mut RedisServer {
        let nodes = self.nodes.len();
        self.nodes.get_mut(at).unwrap_or_else(|| panic!("there are {nodes} nodes, and no number {at}"))
    }

    /// Whether a node that is there has the slot of a key, as that node sees it itself.
    #[must_use]
    pub fn is_served(&self, key: &str) -> bool {
        let slot = self.slot_of(key);
        self.nodes
            .iter()
            .filter(|node| is_up(node))
            .any(|node| port_of_slot(node, slot) == Some(node.port()) && is_primary(node))
    }

    /// Waits until a node that is there has the slot of a key.
    pub fn until_served(&self, key: &str) {
        until("a replica takes over", || self.is_served(key));
    }

    /// Begins to move the slot of a key to the next primary.
    #[must_use]
    pub fn migrate_slot_of(&self, key: &str) -> Migration<'_> {
        let source = self.primary_of(key);
        let primaries: Vec<_> = self.nodes.iter().filter(|node| is_up(node) && is_primary(node)).collect();
        let at = primaries.iter().position(|node| node.port() == source.port()).unwrap_or_default();
        let Some(target) = primaries.iter().cycle().nth(at + 1) else { panic!("there is no primary") };
        Migration::begin(self, &self.slot_of(key).to_string(), source, target)
    }

    /// Changes what the user of [`url`](Self::url) may do, at all nodes that are there.
    pub fn permit(&self, rules: &str) {
        self.nodes.iter().filter(|node| is_up(node)).for_each(|node| node.permit(rules));
    }

    pub(super) fn until_owned(&self, slot: &str, by: &RedisServer) {
        let slot = slot.parse().unwrap_or_default();
        let primaries = || self.nodes.iter().filter(|node| is_up(node));
        until(&format!("all know who has slot {slot}: {}", id(by)), || {
            primaries().all(|node| port_of_slot(node, slot) == Some(by.port()))
        });
    }

    fn any(&self) -> &RedisServer {
        self.nodes.iter().find(|node| is_up(node)).unwrap_or_else(|| panic!("no node of the cluster is up"))
    }

    fn at(&self, port: u16) -> &RedisServer {
        let found = self.nodes.iter().find(|node| node.port() == port);
        found.unwrap_or_else(|| panic!("no node of the cluster is at port {port}"))
    }
}

fn is_up(node: &RedisServer) -> bool {
    Connection::open(node.port()).is_ok()
}

fn is_primary(node: &RedisServer) -> bool {
    node.command(&["ROLE"]) != Reply::Nil && node.command(&["INFO", "replication"]).text().contains("role:master")
}

/// The port of the node that has a slot, as `node` sees it.
fn port_of_slot(node: &RedisServer, slot: u16) -> Option<u16> {
    let Reply::Array(ranges) = node.command(&["CLUSTER", "SLOTS"]) else { return None };
    ranges.iter().find_map(|range| {
        let Reply::Array(fields) = range else { return None };
        let [Reply::Integer(first), Reply::Integer(last), Reply::Array(primary), ..] = fields.as_slice() else {
            return None;
        };
        let port = primary.get(1)?.integer();
        (*first..=*last).contains(&i64::from(slot)).then(|| u16::try_from(port).ok()).flatten()
    })
}

/// Where a redirection leads: `MOVED 1 127.0.0.1:2`.
fn port_of(redirection: &str) -> u16 {
    let port = redirection.rsplit_once(':').and_then(|(_, port)| port.parse().ok());
    port.unwrap_or_else(|| panic!("a redirection of Redis names a port: {redirection}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_moves_and_a_replica_takes_over() {
        let mut cluster = RedisCluster::start();
        for key in ["a", "b", "c", "d"] {
            assert_eq!(cluster.command(&["SET", key, key]).text(), "OK");
        }
        let (source, migration) = (cluster.primary_of("a").port(), cluster.migrate_slot_of("a"));
        let target = migration.target().port();
        assert_ne!(source, target);
        assert_eq!(
            migration.target().command(&["GET", "a"]).text(),
            format!("MOVED {} 127.0.0.1:{source}", cluster.slot_of("a"))
        );
        migration.move_keys();
        assert!(migration.source().command(&["GET", "a"]).text().starts_with("ASK "));
        assert_eq!(cluster.command(&["GET", "a"]).text(), "a");
        migration.finish();
        assert_eq!(cluster.primary_of("a").port(), target);
        assert_eq!(cluster.command(&["GET", "a"]).text(), "a");

        let at = cluster.kill_primary_of("a");
        cluster.until_served("a");
        assert_eq!(cluster.command(&["GET", "a"]).text(), "a");
        cluster.node(at).restart();
    }
}
