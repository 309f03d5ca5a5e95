//! A slot on its way from one primary to another, in steps that a test can stop between.

use super::create::{id, ok};
use super::handle::RedisCluster;
use crate::server::RedisServer;

/// How many keys are moved at a time.
const BATCH: &str = "100";
/// For one batch, in milliseconds.
const PATIENCE: &str = "5000";

/// From now on the source says `ASK` of each key of the slot that it does not have, and the target has those that were
/// moved. Not before [`finish`](Self::finish) does the slot belong to the target; left alone, it stays as it is.
#[derive(Debug)]
pub struct Migration<'a> {
    cluster: &'a RedisCluster,
    slot: String,
    source: &'a RedisServer,
    target: &'a RedisServer,
}

impl<'a> Migration<'a> {
    pub(super) fn begin(
        cluster: &'a RedisCluster,
        slot: &str,
        source: &'a RedisServer,
        target: &'a RedisServer,
    ) -> Self {
        ok(target, &["CLUSTER", "SETSLOT", slot, "IMPORTING", &id(source)]);
        ok(source, &["CLUSTER", "SETSLOT", slot, "MIGRATING", &id(target)]);
        Self { cluster, slot: slot.to_owned(), source, target }
    }

    /// The primary that the slot is taken from.
    #[must_use]
    pub fn source(&self) -> &RedisServer {
        self.source
    }

    /// The primary that gets it.
    #[must_use]
    pub fn target(&self) -> &RedisServer {
        self.target
    }

    /// Moves all keys that are at the source just now.
    pub fn move_keys(&self) {
        loop {
            let keys = self.source.command(&["CLUSTER", "GETKEYSINSLOT", &self.slot, BATCH]).texts();
            if keys.is_empty() {
                return;
            }
            let port = self.target.port().to_string();
            let mut command = vec!["MIGRATE", "127.0.0.1", &port, "", "0", PATIENCE, "KEYS"];
            command.extend(keys.iter().map(String::as_str));
            let moved = self.source.command(&command).text();
            // Between the two commands their time may be over.
            assert!(["OK", "NOKEY"].contains(&moved.as_str()), "the keys of slot {} do not move: {moved}", self.slot);
        }
    }

    /// Gives the slot to the target as it is. What has not moved is lost when the source hears of it.
    pub fn seize(self) {
        ok(self.target, &["CLUSTER", "SETSLOT", &self.slot, "NODE", &id(self.target)]);
        self.cluster.until_owned(&self.slot, self.target);
    }

    /// Moves what is left, gives the slot to the target, and waits until every node knows.
    pub fn finish(self) {
        self.move_keys();
        let target = id(self.target);
        // The target first: as long as it does not know, it sends back whoever the source sends.
        for node in [self.target, self.source] {
            ok(node, &["CLUSTER", "SETSLOT", &self.slot, "NODE", &target]);
        }
        self.cluster.until_owned(&self.slot, self.target);
    }
}
