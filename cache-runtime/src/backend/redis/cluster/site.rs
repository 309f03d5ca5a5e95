//! What one runtime knows of the cluster.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

use super::addr::Addr;
use super::chart::{Changes, Chart};
use super::node::Node;
use super::parts::Parts;
use super::survey;
use super::view::View;
use crate::backend::redis::errors::{timed_out, unavailable};
use crate::backend::redis::losses::Losses;
use crate::backend::redis::news::News;
use crate::backend::redis::per_runtime::Driven;
use crate::backend::redis::server::Endpoint;
use crate::clock::{self, Instant};
use crate::error::Error;

/// What all runtimes have in common.
pub(super) struct Setting {
    pub(super) seeds: Vec<Endpoint>,
    pub(super) news: Arc<News>,
    pub(super) losses: Arc<Losses>,
    pub(super) parts: Arc<Parts>,
    /// How long a caller may wait for a connection to come up.
    pub(super) patience: Duration,
}

pub(super) struct Site {
    pub(super) setting: Arc<Setting>,
    runtime: Handle,
    chart: RwLock<Chart>,
    standing: watch::Sender<Standing>,
    surveys: Arc<Notify>,
}

/// Whether there is a map.
#[derive(Clone, Debug)]
enum Standing {
    /// It is being asked for; worth a short wait.
    Unknown,
    Charted,
    /// Nobody tells, for this reason.
    Lost(Arc<str>),
}

/// A site, and the task that keeps its map true. Dropping it closes the connections.
pub(super) struct Surveyed {
    pub(super) site: Arc<Site>,
    survey: JoinHandle<()>,
}

impl Surveyed {
    /// Begins to ask for the map.
    pub(super) fn open(setting: &Arc<Setting>, runtime: &Handle) -> Self {
        let site = Arc::new(Site {
            setting: Arc::clone(setting),
            runtime: runtime.clone(),
            chart: RwLock::default(),
            standing: watch::Sender::new(Standing::Unknown),
            surveys: Arc::default(),
        });
        Self { survey: runtime.spawn(survey::run(Arc::clone(&site))), site }
    }

    /// Sends those home who wait. What is being asked has its answer yet.
    pub(super) fn close(&self) {
        self.survey.abort();
        self.site.chart().nodes().iter().for_each(|node| node.close());
    }
}

impl Driven for Surveyed {
    fn is_alive(&self) -> bool {
        !self.survey.is_finished()
    }
}

impl Drop for Surveyed {
    fn drop(&mut self) {
        self.survey.abort();
    }
}

impl Site {
    pub(super) fn chart(&self) -> RwLockReadGuard<'_, Chart> {
        self.chart.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn chart_mut(&self) -> RwLockWriteGuard<'_, Chart> {
        self.chart.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks for the map anew, in the background, once for all who want it.
    pub(super) fn survey(&self) {
        self.surveys.notify_one();
    }

    /// Returns when a survey is wanted.
    pub(super) async fn survey_is_wanted(&self) {
        self.surveys.notified().await;
    }

    /// Returns when there is a map. An `Err`: there will be none soon.
    pub(super) async fn charted(&self, deadline: Instant) -> Result<(), Error> {
        if matches!(*self.standing.borrow(), Standing::Charted) {
            return Ok(());
        }
        let mut standing = self.standing.subscribe();
        let settled = standing.wait_for(|standing| !matches!(standing, Standing::Unknown));
        match clock::at_most(clock::until(deadline), settled).await {
            Some(Ok(standing)) => match &*standing {
                Standing::Lost(reason) => Err(unavailable().because(reason.to_string())),
                _ => Ok(()),
            },
            Some(Err(_closed)) => Err(unavailable()),
            None => Err(timed_out()),
        }
    }

    /// Nobody tells which node has what. The map that there is goes on to be used, but where it is wrong, nobody tells of
    /// changes either.
    pub(super) fn is_lost(&self, reason: &str) {
        self.chart().nodes().iter().for_each(|node| node.distrust());
        self.standing.send_if_modified(|standing| {
            let is_charted = matches!(standing, Standing::Charted);
            if !is_charted {
                *standing = Standing::Lost(reason.into());
            }
            !is_charted
        });
    }

    /// The node at `addr`, to which a redirection leads.
    pub(super) fn named(&self, addr: &Addr) -> Option<Arc<Node>> {
        let known = self.chart().at(addr).cloned();
        let node = known.or_else(|| self.add(addr))?;
        node.is_named();
        Some(node)
    }

    /// One that is in no map yet.
    fn add(&self, addr: &Addr) -> Option<Arc<Node>> {
        let returns = self.setting.losses.returns();
        let node = {
            let mut chart = self.chart_mut();
            // Another caller may have been sent there meanwhile.
            if let Some(node) = chart.at(addr) {
                return Some(Arc::clone(node));
            }
            let node = self.node(addr)?;
            chart.add(Arc::clone(&node));
            if chart.replicas.contains(addr) {
                // It has taken the place of another one, and nobody is led to it yet.
                returns.add();
            }
            node
        };
        returns.tell();
        Some(node)
    }

    /// `slot` belongs to the node at `addr`, as its last owner says.
    pub(super) fn moved(&self, slot: u16, addr: &Addr) {
        self.chart_mut().give(slot, addr);
        self.survey();
    }

    /// Takes over what a node has told of the cluster. `others` are nodes that are connected, and may be in no map yet.
    pub(super) fn adopt(&self, view: View, others: &[Arc<Node>]) -> Changes {
        let known = |addr: &Addr| others.iter().find(|node| node.addr == *addr).cloned();
        let changes = {
            let mut chart = self.chart_mut();
            let changes = chart.adopt(view, |addr| known(addr).or_else(|| self.node(addr)));
            chart.renew_mandates(&self.setting.parts);
            if changes.is_replaced {
                // Before anybody is led to a node that may lack what was removed last.
                self.setting.losses.returns().add();
            }
            changes
        };
        self.standing.send_replace(Standing::Charted);
        // Last, as what was removed is removed again when this is heard.
        self.setting.losses.returns().tell();
        changes
    }

    /// The node at `addr`, which is connected when it is first used.
    pub(super) fn node(&self, addr: &Addr) -> Option<Arc<Node>> {
        let endpoint = self.setting.seeds.first()?.at(&addr.host, addr.port).ok()?;
        Some(Node::new(addr.clone(), endpoint, &self.setting, &self.runtime, &self.surveys))
    }
}
