//! The connections of each tokio runtime.
//!
//! A connection is driven by a task, and a task dies with its runtime: each runtime has its own.

use std::mem;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::runtime::{Handle, Id};

use super::errors::unavailable;
use super::lines::Lines;
use super::news::News;
use super::place::Place;
use super::returns::Returns;
use crate::error::Error;
use crate::store::{Coherence, Listener};

/// Opens connections where they are missing.
pub(super) struct Runtimes {
    place: Place,
    /// How long a caller may wait for a connection to come up.
    patience: Duration,
    returns: Arc<Returns>,
    news: Arc<News>,
    lines: RwLock<Vec<(Id, Arc<Lines>)>>,
}

impl Runtimes {
    pub(super) fn new(place: Place, news: News, patience: Duration) -> Self {
        Self { place, patience, returns: Returns::none(), news: Arc::new(news), lines: RwLock::default() }
    }

    pub(super) fn place(&self) -> &Place {
        &self.place
    }

    pub(super) fn patience(&self) -> Duration {
        self.patience
    }

    pub(super) fn returns(&self) -> &Returns {
        &self.returns
    }

    /// To be called before there are connections.
    pub(super) fn listen(&self, listener: Arc<dyn Listener>) {
        self.news.listen(listener);
    }

    /// How changes are told, on the runtime where that is done best.
    pub(super) fn coherence(&self) -> Coherence {
        let all = self.lines.read().unwrap_or_else(PoisonError::into_inner);
        let known: Vec<_> = all.iter().map(|(_, lines)| lines.coherence()).collect();
        let best = [Coherence::Tracking, Coherence::Channel, Coherence::Expiry];
        best.into_iter().find(|way| known.contains(way)).unwrap_or_default()
    }

    /// The connections of the runtime that the caller is in.
    pub(super) fn current(&self) -> Result<Arc<Lines>, Error> {
        let runtime = Handle::try_current().map_err(|outside| unavailable().because(outside))?;
        let id = runtime.id();
        // An id may be used again once its runtime is gone, but then the connections are dead.
        let usable = |all: &[(Id, Arc<Lines>)]| {
            all.iter().find(|(of, lines)| *of == id && lines.are_alive()).map(|(_, lines)| Arc::clone(lines))
        };
        if let Some(lines) = usable(&self.lines.read().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(lines);
        }
        let mut all = self.lines.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(lines) = usable(&all) {
            return Ok(lines);
        }
        all.retain(|(_, lines)| lines.are_alive());
        let lines = Arc::new(Lines::open(&self.place, &self.returns, &self.news, runtime, self.patience));
        all.push((id, Arc::clone(&lines)));
        Ok(lines)
    }

    /// Closes all connections, of other runtimes too.
    pub(super) fn close(&self) {
        let all = mem::take(&mut *self.lines.write().unwrap_or_else(PoisonError::into_inner));
        for (_, lines) in all {
            lines.close();
        }
    }
}
