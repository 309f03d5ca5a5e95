//! What a server is part of.

use super::RedisServer;
use crate::cluster::RedisCluster;
use crate::sentinels::Sentinels;

#[derive(Debug)]
pub(crate) enum Whole {
    /// The sentinels say that this is the master.
    Watched(Sentinels),
    /// The other nodes.
    Cluster(RedisCluster),
}

impl Whole {
    pub(super) fn url(&self) -> String {
        match self {
            Self::Watched(sentinels) => sentinels.url(),
            Self::Cluster(others) => others.url(),
        }
    }

    /// Those for whom the server stands as well: what happens to it happens to them.
    pub(super) fn others(&self) -> &[RedisServer] {
        match self {
            Self::Watched(_) => &[],
            Self::Cluster(others) => others.nodes(),
        }
    }

    pub(super) fn others_mut(&mut self) -> &mut [RedisServer] {
        match self {
            Self::Watched(_) => &mut [],
            Self::Cluster(others) => others.nodes_mut(),
        }
    }
}
