//! One load in progress: its leader, its followers, and what became of it.

use std::any::TypeId;
use std::fmt;
use std::future::Future;
use std::sync::Arc;

use tokio::sync::watch;

use super::board::Board;
use super::pulse::Pulse;
use super::reentry;
use crate::key::Key;
use crate::value::AnyValue;

/// What a flight brought its followers.
#[derive(Clone)]
pub(crate) enum Landing {
    /// A value.
    Value(AnyValue),
    /// The origin said that there is nothing.
    Absent,
    /// The origin failed: what it returned, if that can be handed to more than one caller.
    Failed(Option<AnyValue>),
    /// The leader was dropped or panicked: start over.
    Abandoned,
}

/// A load in progress.
pub(super) struct Flight {
    pub(super) kind: TypeId,
    pub(super) lane: u32,
    /// The keys of the tags of what is loaded.
    pub(super) tags: Box<[Key]>,
    pub(super) pulse: Arc<Pulse>,
    state: watch::Sender<State>,
}

struct State {
    phase: Phase,
    /// The key was invalidated since the load began: its value must not be stored.
    doomed: bool,
}

enum Phase {
    Loading,
    Filling,
    Landed(Landing),
}

impl Flight {
    pub(super) fn new(kind: TypeId, lane: u32, tags: &[Key]) -> Self {
        Self {
            kind,
            lane,
            tags: tags.into(),
            pulse: Arc::new(Pulse::new()),
            state: watch::Sender::new(State { phase: Phase::Loading, doomed: false }),
        }
    }

    /// Forbids the fill. `false` when it is too late for that and the fill is under way.
    pub(super) fn doom(&self) -> bool {
        let mut in_time = true;
        self.state.send_if_modified(|state| {
            state.doomed = true;
            in_time = !matches!(state.phase, Phase::Filling);
            false
        });
        in_time
    }

    pub(super) fn is_doomed(&self) -> bool {
        self.state.borrow().doomed
    }

    fn begin_fill(&self) -> bool {
        self.state.send_if_modified(|state| {
            if !state.doomed {
                state.phase = Phase::Filling;
            }
            !state.doomed
        })
    }

    /// Waits until the flight is over. Safe to drop at any point.
    pub(super) async fn landed(&self) -> Landing {
        let mut state = self.state.subscribe();
        let landed = state.wait_for(|state| matches!(state.phase, Phase::Landed(_))).await;
        match landed.as_deref() {
            Ok(State { phase: Phase::Landed(landing), .. }) => landing.clone(),
            _ => Landing::Abandoned,
        }
    }
}

/// The right, and the duty, to load a key. Dropped without [`Leader::land`], it abandons the flight.
pub(crate) struct Leader {
    board: Arc<Board>,
    key: Key,
    flight: Arc<Flight>,
    landed: bool,
}

impl Leader {
    pub(super) fn new(board: Arc<Board>, key: Key, flight: Arc<Flight>) -> Self {
        Self { board, key, flight, landed: false }
    }

    /// Runs the load in such a way that, when it asks for its own key again, it does not wait for itself.
    pub(crate) fn fly<F: Future>(&self, load: F) -> impl Future<Output = F::Output> + use<F> {
        reentry::within(&self.flight, load)
    }

    /// The sign of life that followers look for, to be wrapped around all that is done until the landing.
    pub(crate) fn pulse(&self) -> Arc<Pulse> {
        Arc::clone(&self.flight.pulse)
    }

    /// Whether the entry was invalidated since the load began.
    pub(crate) fn is_doomed(&self) -> bool {
        self.flight.is_doomed()
    }

    /// Asks whether the loaded value may be stored. After `true`, an invalidation waits for the landing.
    pub(crate) fn begin_fill(&self) -> bool {
        self.flight.begin_fill()
    }

    /// Ends the flight and tells its followers.
    pub(crate) fn land(mut self, landing: Landing) {
        self.finish(landing);
    }

    fn finish(&mut self, landing: Landing) {
        self.landed = true;
        self.board.clear(&self.key, &self.flight);
        self.flight.state.send_modify(|state| state.phase = Phase::Landed(landing));
    }
}

impl Drop for Leader {
    fn drop(&mut self) {
        if !self.landed {
            self.finish(Landing::Abandoned);
        }
    }
}

impl fmt::Debug for Leader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Leader").field("key", &self.key).finish_non_exhaustive()
    }
}
