//! The connections of each tokio runtime to one server.

use std::sync::Arc;
use std::time::Duration;

use super::lines::Lines;
use super::losses::Losses;
use super::news::News;
use super::per_runtime::PerRuntime;
use super::server::Place;
use crate::error::Error;
use crate::store::{Coherence, Listener, Returns};

/// Opens connections where they are missing.
pub(super) struct Runtimes {
    place: Place,
    /// How long a caller may wait for a connection to come up.
    patience: Duration,
    losses: Arc<Losses>,
    news: Arc<News>,
    lines: PerRuntime<Lines>,
}

impl Runtimes {
    pub(super) fn new(place: Place, news: News, patience: Duration) -> Self {
        Self { place, patience, losses: Losses::none(), news: Arc::new(news), lines: PerRuntime::default() }
    }

    pub(super) fn place(&self) -> &Place {
        &self.place
    }

    pub(super) fn patience(&self) -> Duration {
        self.patience
    }

    pub(super) fn returns(&self) -> &Arc<Returns> {
        self.losses.returns()
    }

    /// To be called before there are connections.
    pub(super) fn listen(&self, listener: Arc<dyn Listener>) {
        self.news.listen(listener);
    }

    /// How changes are told, on the runtime where that is done best.
    pub(super) fn coherence(&self) -> Coherence {
        best(self.lines.all().iter().map(|lines| lines.coherence()))
    }

    /// Whether the breaker is open, on any runtime.
    pub(super) fn is_out_of_reach(&self) -> bool {
        self.lines.all().iter().any(|lines| lines.plain().is_down())
    }

    /// The connections of the runtime that the caller is in.
    pub(super) fn current(&self) -> Result<Arc<Lines>, Error> {
        self.lines.current(|runtime| Lines::open(&self.place, &self.losses, &self.news, runtime, self.patience, None))
    }

    /// Closes all connections, of other runtimes too.
    pub(super) fn close(&self) {
        for lines in self.lines.take() {
            lines.close();
        }
    }
}

/// The best of the ways in which changes are told.
pub(super) fn best(known: impl Iterator<Item = Coherence>) -> Coherence {
    let known: Vec<_> = known.collect();
    let best = [Coherence::Tracking, Coherence::Channel, Coherence::Expiry];
    best.into_iter().find(|way| known.contains(way)).unwrap_or_default()
}
