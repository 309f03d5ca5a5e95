//! The task that keeps the map of one runtime true.

use std::error::Error as _;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::{Instant, sleep};

use super::addr::Addr;
use super::chart::Changes;
use super::node::Node;
use super::site::Site;
use super::view::View;
use crate::backend::redis::errors::without_secrets;
use crate::backend::redis::lines::Lines;
use crate::clock::before;

/// How long a node may take at least to tell how it sees the cluster, and at most: the others need not wait for one that is
/// frozen.
const PATIENCE: RangeInclusive<Duration> = Duration::from_millis(100)..=Duration::from_millis(500);
/// How many nodes are asked: one that has lost touch with the others does not know that it is behind.
const ASKED: usize = 3;

const SHORTEST_REST: Duration = Duration::from_millis(50);
/// How soon it is found at the latest that a replica has taken the place of a node that is gone.
const LONGEST_REST: Duration = Duration::from_millis(400);
/// So often it is looked after whether a survey is due that nobody has asked for.
const LOOK: Duration = Duration::from_millis(200);
/// How old the map may be where something is kept. A slot that was given away without its keys being moved one by one is told
/// by nobody; what was kept of it is not believed any more from the next map on.
const AGE_WHERE_SOMETHING_IS_KEPT: Duration = Duration::from_millis(400);
const AGE: Duration = Duration::from_secs(10);

struct Surveyor {
    site: Arc<Site>,
    /// Who is asked when none of the nodes in the map answers: where we began, and the replicas.
    reserve: Vec<Arc<Node>>,
    /// So that each change is logged once.
    was_lost: bool,
}

/// Runs until the site is dropped.
pub(super) async fn run(site: Arc<Site>) {
    let mut surveyor = Surveyor { site, reserve: Vec::new(), was_lost: false };
    let mut rest = SHORTEST_REST;
    loop {
        let has_changed = surveyor.survey().await;
        let start = Instant::now();
        rest = if has_changed { SHORTEST_REST } else { LONGEST_REST.min(rest * 2) };
        sleep(rest.mul_f64(0.5 + 0.5 * fastrand::f64())).await;
        while !surveyor.is_due(start) && before(sleep(LOOK), surveyor.site.survey_is_wanted()).await.is_some() {}
    }
}

impl Surveyor {
    /// Whether a survey is due that nobody has asked for, when the last one was at `last`.
    fn is_due(&self, last: Instant) -> bool {
        let chart = self.site.chart();
        let (nodes, age) = (chart.nodes(), last.elapsed());
        let something_is_kept = || nodes.iter().filter_map(|node| node.opened()).any(Lines::are_listened_to);
        self.was_lost
            || age >= AGE
            || nodes.iter().any(|node| node.is_down())
            || (age >= AGE_WHERE_SOMETHING_IS_KEPT && something_is_kept())
    }

    /// Whether it has brought another map.
    async fn survey(&mut self) -> bool {
        let mut nodes: Vec<_> = self.site.chart().nodes().to_vec();
        nodes.retain(|node| !node.is_down());
        fastrand::shuffle(&mut nodes);
        nodes.truncate(ASKED);
        let patience = self.site.setting.patience.clamp(*PATIENCE.start(), *PATIENCE.end());
        let best = match best_of(&nodes, patience).await {
            Ok(view) => Ok(view),
            Err(_silent) => {
                self.call_the_reserve();
                best_of(&self.reserve, patience).await
            }
        };
        match best {
            Ok(view) => {
                let changes = self.site.adopt(view, &self.reserve);
                self.reserve.clear();
                self.found(&changes);
                changes.is_changed
            }
            Err(reason) => {
                self.lost(&reason);
                false
            }
        }
    }

    /// Connects to whoever may know. They stay connected until the map is there.
    fn call_the_reserve(&mut self) {
        let site = &self.site;
        let seeds = site.setting.seeds.iter().filter_map(|seed| seed.address());
        let mut addrs: Vec<_> = seeds.map(|(host, port)| Addr::new(host, port)).collect();
        addrs.extend(site.chart().replicas.iter().cloned());
        for addr in addrs {
            let is_known = self.reserve.iter().any(|node| node.addr == addr) || site.chart().at(&addr).is_some();
            if !is_known {
                self.reserve.extend(site.node(&addr));
            }
        }
        // One that is in the map, and was down a moment ago, is asked again.
        let again: Vec<_> = site.chart().nodes().to_vec();
        self.reserve.retain(|node| !again.iter().any(|known| Arc::ptr_eq(known, node)));
        self.reserve.extend(again);
    }

    fn found(&mut self, changes: &Changes) {
        let primaries = self.site.chart().primaries().len();
        if self.was_lost {
            tracing::info!(target: "cache_runtime", primaries, "the cluster tells again which node has which keys");
        } else if changes.is_replaced {
            tracing::info!(target: "cache_runtime", primaries, "a node of the cluster has taken the place of another one");
        } else if changes.is_changed {
            tracing::debug!(target: "cache_runtime", primaries, "other nodes of the cluster have some of the keys than before");
        }
        self.was_lost = false;
    }

    fn lost(&mut self, reason: &str) {
        if !self.was_lost {
            tracing::warn!(target: "cache_runtime", reason, "no node of the cluster tells which one has which keys; calls go where they went before, or run without the cache");
        }
        self.was_lost = true;
        self.site.is_lost(reason);
    }
}

/// The view of the one who knows most. An `Err` says why nobody tells.
async fn best_of(nodes: &[Arc<Node>], patience: Duration) -> Result<View, String> {
    let views = join_all(nodes.iter().map(|node| node.view(patience))).await;
    let (mut best, mut reason) = (None::<View>, "no node is known".to_owned());
    for view in views {
        match view {
            Ok(Ok(view)) if best.as_ref().is_none_or(|best| best.rank() < view.rank()) => best = Some(view),
            Ok(Ok(_)) => {}
            Ok(Err(refused)) => reason = without_secrets(&refused),
            Err(error) => reason = error.source().map_or_else(|| error.to_string(), ToString::to_string),
        }
    }
    best.ok_or(reason)
}
