//! What a test does to its cluster.

use std::{io, iter};

use super::create::{self, id, is_primary, until};
use super::migration::Migration;
use crate::resp::{Connection, Reply};
use crate::server::{Builder, RedisServer, Tls, Whole};

/// More redirections than a command can meet.
const MOST_HOPS: usize = 100;

/// Three primaries and the replica of each on free ports of this machine, without persistence, ended when this is dropped.
#[derive(Debug)]
pub struct RedisCluster {
    nodes: Vec<RedisServer>,
    password: Option<String>,
}

impl RedisCluster {
    /// Starts a cluster, and returns when it serves every slot.
    #[must_use]
    pub fn start() -> Self {
        Self::with(None, |node| node)
    }

    /// The same; its nodes want a password, of each other too, and its address is that of who may do everything.
    #[must_use]
    pub fn with_password(password: &str) -> Self {
        Self::with(Some(password), |node| node.password(password).setting("masterauth", password))
    }

    /// The same; its nodes talk to each other over TLS, and so may clients: see [`tls_url`](Self::tls_url).
    #[must_use]
    pub fn with_tls(tls: &Tls) -> Self {
        Self::with(None, |node| node.tls(tls.clone()).setting("tls-cluster", "yes").setting("tls-replication", "yes"))
    }

    fn with(password: Option<&str>, more: impl Fn(Builder) -> Builder) -> Self {
        Self { nodes: create::nodes(more), password: password.map(ToOwned::to_owned) }
    }

    /// The first primary, for suites that need not care what it belongs to: it answers for the whole cluster.
    pub(crate) fn into_server(mut self) -> RedisServer {
        let first = self.nodes.remove(0);
        first.part_of(Whole::Cluster(self))
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
        let urls: Vec<_> = nodes.iter().map(|node| node.url()).collect();
        joined(&urls)
    }

    /// `rediss+cluster://user:password@host:port,..`, all nodes, for a cluster that was started with TLS. `host` is a name of this
    /// machine; what the nodes tell of each other is an address.
    #[must_use]
    pub fn tls_url(&self, host: &str) -> String {
        let urls: Vec<_> = self.nodes.iter().map(|node| node.tls_url(host)).collect();
        joined(&urls)
    }

    /// Runs one command at the node that has its key, once there is one.
    pub fn command<A: AsRef<[u8]>>(&self, arguments: &[A]) -> Reply {
        self.command_by(self.any().port(), arguments)
    }

    /// The same; the node on that port is asked first, and is the one where a command ends that names no key.
    pub(crate) fn command_by<A: AsRef<[u8]>>(&self, port: u16, arguments: &[A]) -> Reply {
        let mut answer = None;
        until("somebody has the key", || {
            answer = self.attempt(port, arguments);
            answer.is_some()
        });
        answer.unwrap_or(Reply::Nil)
    }

    /// `None`: nobody is where the key is said to be, or it is not known who will have it.
    fn attempt<A: AsRef<[u8]>>(&self, mut port: u16, arguments: &[A]) -> Option<Reply> {
        let mut is_asked = false;
        for _ in 0..MOST_HOPS {
            let mut connection = self.connect(port).ok()?;
            if is_asked {
                connection.command(&["ASKING"]).ok()?;
            }
            match connection.command(arguments).ok()? {
                Reply::Error(refused) if refused.starts_with("MOVED ") || refused.starts_with("ASK ") => {
                    is_asked = refused.starts_with("ASK ");
                    port = port_behind(&refused);
                }
                Reply::Error(refused) if refused.starts_with("CLUSTERDOWN") => return None,
                reply => return Some(reply),
            }
        }
        None
    }

    fn connect(&self, port: u16) -> io::Result<Connection> {
        let mut connection = Connection::open(port)?;
        if let Some(password) = &self.password {
            connection.command(&["AUTH", password])?;
        }
        Ok(connection)
    }

    /// All nodes, those among them that were killed too.
    #[must_use]
    pub fn nodes(&self) -> &[RedisServer] {
        &self.nodes
    }

    pub(crate) fn nodes_mut(&mut self) -> &mut [RedisServer] {
        &mut self.nodes
    }

    /// The port of the node that has a key.
    pub(crate) fn port_of(&self, key: &str) -> u16 {
        let slot = self.slot_of(key);
        port_of_slot(self.any(), slot).unwrap_or_else(|| panic!("no node has slot {slot}"))
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

/// The addresses of nodes, in one.
fn joined(urls: &[String]) -> String {
    let mut parts = urls.iter().filter_map(|url| url.rsplit_once('@'));
    let Some((login, first)) = parts.next() else { panic!("a cluster has nodes, which have a login") };
    let places: Vec<_> = iter::once(first).chain(parts.map(|(_, place)| place)).collect();
    format!("{}@{}", login.replacen("://", "+cluster://", 1), places.join(","))
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
fn port_behind(redirection: &str) -> u16 {
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
