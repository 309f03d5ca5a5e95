//! One load in progress: its leader, its followers, and what became of it.

use std::any::TypeId;
use std::fmt;
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio::sync::watch;

use super::board::Board;
use super::moment::Moment;
use super::pulse::Pulse;
use super::reentry::{self, Flying, Led};
use crate::key::Key;
use crate::value::{AnyValue, Content};

/// What a flight brought its followers.
#[derive(Clone)]
pub(crate) enum Landing {
    /// A value.
    Value(AnyValue),
    /// The origin said that there is nothing.
    Absent,
    /// The origin failed: what it returned, if that can be handed to more than one caller.
    Failed(Option<AnyValue>),
    /// Nothing that this follower may have: start over.
    Abandoned,
}

impl From<&Content> for Landing {
    fn from(content: &Content) -> Self {
        match content {
            Content::Value(value) => Self::Value(Arc::clone(value)),
            Content::Absent => Self::Absent,
        }
    }
}

/// A load in progress.
pub(super) struct Flight {
    pub(super) kind: TypeId,
    pub(super) lane: u32,
    /// The keys of the tags of what is loaded.
    pub(super) tags: Box<[Key]>,
    /// Of whoever leads it just now.
    pulse: Mutex<Arc<Pulse>>,
    has_followers: AtomicBool,
    state: watch::Sender<State>,
}

#[derive(Default)]
struct State {
    /// What there is for those who arrived before that moment.
    brought: Option<(Landing, Moment)>,
    is_over: bool,
    /// The key was invalidated since the load began: its value must not be stored, and whoever comes now must not get it.
    is_doomed: bool,
}

impl Flight {
    pub(super) fn new(kind: TypeId, lane: u32, tags: &[Key]) -> Self {
        let (pulse, state) = (Mutex::new(Arc::new(Pulse::new())), watch::Sender::default());
        Self { kind, lane, tags: tags.into(), pulse, has_followers: AtomicBool::new(false), state }
    }

    /// Notes that somebody joins. Called under the lock of the board.
    pub(super) fn note_follower(&self) {
        self.has_followers.store(true, Ordering::Release);
    }

    /// Forbids the fill, and that anybody joins. Followers stay: they came before the invalidation.
    pub(super) fn doom(&self) {
        self.set_doomed(true);
    }

    /// Whether its leader is not polled any more.
    pub(super) fn is_stalled(&self) -> bool {
        self.pulse().is_stalled()
    }

    fn pulse(&self) -> MutexGuard<'_, Arc<Pulse>> {
        self.pulse.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn doomed(&self) {
        // The sender is ours.
        let _ = self.state.subscribe().wait_for(|state| state.is_doomed).await;
    }

    pub(super) fn is_doomed(&self) -> bool {
        self.state.borrow().is_doomed
    }

    fn set_doomed(&self, is_doomed: bool) {
        self.state.send_if_modified(|state| {
            state.is_doomed = is_doomed;
            is_doomed
        });
    }

    /// Waits for what there is for a caller who arrived at that moment. Safe to drop at any point.
    pub(super) async fn landed(&self, arrived: Moment) -> Landing {
        let mut state = self.state.subscribe();
        let is_for_us = |brought: &(Landing, Moment)| arrived < brought.1;
        let landed = state.wait_for(|state| state.is_over || state.brought.as_ref().is_some_and(is_for_us)).await;
        match landed.as_deref() {
            Ok(State { brought: Some(brought), .. }) if is_for_us(brought) => brought.0.clone(),
            _ => Landing::Abandoned,
        }
    }
}

/// Whether what a flight brings may still be stored.
pub(crate) struct Fate(Arc<Flight>);

impl Fate {
    /// Waits until the entry is invalidated.
    pub(crate) async fn doomed(&self) {
        self.0.doomed().await;
    }

    /// The lease is lost: the entry was invalidated, or another process loads it by now.
    pub(crate) fn doom(&self) {
        self.0.doom();
    }
}

/// The right, and the duty, to load a key. Dropped without [`Leader::land`], it abandons the flight.
pub(crate) struct Leader {
    board: Arc<Board>,
    key: Key,
    flight: Arc<Flight>,
    started: Option<Moment>,
    has_landed: bool,
}

impl Leader {
    pub(super) fn new(board: Arc<Board>, key: Key, flight: Arc<Flight>) -> Self {
        Self { board, key, flight, started: None, has_landed: false }
    }

    /// Begins the load, in such a way that, when it asks for its own key again, it does not wait for itself. `held` is what
    /// stands in the store meanwhile.
    pub(crate) fn fly<F: Future>(&mut self, load: impl FnOnce() -> F, held: Option<Bytes>) -> Flying<F> {
        self.begin();
        reentry::within(Led::one(&self.flight, held), load())
    }

    /// [`Leader::fly`] for one load of many keys.
    pub(crate) fn fly_together<'l, F: Future>(
        leaders: impl Iterator<Item = (&'l mut Self, Option<Bytes>)>,
        load: impl FnOnce() -> F,
    ) -> Flying<F> {
        let led = leaders.map(|(leader, held)| {
            leader.begin();
            (Arc::clone(&leader.flight), held)
        });
        reentry::within(Led::many(led), load())
    }

    fn begin(&mut self) {
        self.started = Some(self.moment());
        // What was invalidated before the load is nothing to it.
        self.flight.set_doomed(false);
    }

    pub(crate) fn key(&self) -> &Key {
        &self.key
    }

    /// This moment, to be drawn before a question is sent whose answer is to be shared.
    pub(crate) fn moment(&self) -> Moment {
        self.board.moment(&self.key)
    }

    /// When the load began; nobody came before a load that has not begun.
    pub(crate) fn started(&self) -> Option<Moment> {
        self.started
    }

    /// Takes the flight off the board: from now on nobody joins. Returns whether anybody has.
    pub(crate) fn close(&self) -> bool {
        self.board.clear(&self.key, &self.flight);
        self.flight.has_followers.load(Ordering::Acquire)
    }

    /// The sign of life that followers look for, to be wrapped around all that is done until the landing.
    pub(crate) fn pulse(&self) -> Arc<Pulse> {
        Arc::clone(&self.flight.pulse())
    }

    /// From now on this is its sign of life: it is led together with others.
    pub(crate) fn beat_with(&self, pulse: &Arc<Pulse>) {
        *self.flight.pulse() = Arc::clone(pulse);
    }

    /// From now on it has a sign of life of its own.
    pub(crate) fn beat_alone(&self) -> Arc<Pulse> {
        let pulse = Arc::new(Pulse::new());
        self.beat_with(&pulse);
        pulse
    }

    /// Whether the entry was invalidated since the load began.
    pub(crate) fn is_doomed(&self) -> bool {
        self.flight.is_doomed()
    }

    /// What becomes of the load, for whoever keeps its lease.
    pub(crate) fn fate(&self) -> Fate {
        Fate(Arc::clone(&self.flight))
    }

    /// Hands out what there is, to those who arrived before `as_of`. The flight goes on, for the others.
    pub(crate) fn bring(&self, landing: Landing, as_of: Moment) {
        self.flight.state.send_modify(|state| state.brought = Some((landing, as_of)));
    }

    /// Ends the flight with what there is for those who arrived before `as_of`. The others start over.
    pub(crate) fn land(mut self, landing: Landing, as_of: Moment) {
        self.finish(Some((landing, as_of)));
    }

    fn finish(&mut self, brought: Option<(Landing, Moment)>) {
        self.has_landed = true;
        self.board.clear(&self.key, &self.flight);
        self.flight.state.send_modify(|state| {
            state.is_over = true;
            state.brought = brought.or(state.brought.take());
        });
    }
}

impl Drop for Leader {
    fn drop(&mut self) {
        if !self.has_landed {
            self.finish(None);
        }
    }
}

impl fmt::Debug for Leader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Leader").field("key", &self.key).finish_non_exhaustive()
    }
}
