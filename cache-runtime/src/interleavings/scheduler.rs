//! Who waits for a turn.
//!
//! Nothing goes on by itself: an operation is announced, done, and answered, each at a moment that the round draws. One
//! whose caller is gone, or was told of a timeout, may be done all the same, at any later moment.

use std::collections::BTreeSet;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use super::trace::Trace;

/// What an operation does to the store. Resolves to the answer in words.
pub(super) type Effect = Pin<Box<dyn Future<Output = String> + Send>>;

/// What a turn is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// To go on in the code of a caller.
    Step,
    /// To return from an origin, or to fail.
    Return,
    /// To ask the store. Where it does not answer, a process has to do without it.
    Read,
    /// To change the store, where a process that hears nothing of it has to do without the store as well.
    Claim,
    /// To change the store, where it makes no difference whether a process hears of it.
    Fill,
    /// To be told of a change.
    Wake,
}

/// How a turn came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    GoOn,
    /// A timeout of an operation, an error of an origin.
    Fail,
    /// The process is dead.
    Dead,
}

/// Where somebody stands who waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// The operation has not reached the store.
    Sent,
    /// It has; or there is nothing to be done in the store.
    Ready,
    /// It has not reached the store, and nobody waits for it.
    Late,
}

/// One who waits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Turn {
    pub(super) id: u64,
    pub(super) kind: Kind,
    pub(super) stage: Stage,
}

struct Waiting {
    id: u64,
    process: usize,
    what: String,
    kind: Kind,
    effect: Option<Effect>,
    caller: Option<oneshot::Sender<Verdict>>,
}

/// Everybody who waits for a turn in one round.
#[derive(Default)]
pub(super) struct Scheduler {
    pub(super) trace: Trace,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    last: u64,
    waiting: Vec<Waiting>,
    dead: BTreeSet<usize>,
}

impl Scheduler {
    /// Waits for a turn.
    pub(super) async fn turn(&self, process: usize, kind: Kind, what: String, effect: Option<Effect>) -> Verdict {
        let (caller, verdict) = oneshot::channel();
        {
            let mut state = self.state();
            if state.dead.contains(&process) {
                return Verdict::Dead;
            }
            state.last += 1;
            let id = state.last;
            state.waiting.push(Waiting { id, process, what, kind, effect, caller: Some(caller) });
        }
        verdict.await.unwrap_or(Verdict::Dead)
    }

    /// All who wait, in the order in which they came.
    pub(super) fn turns(&self) -> Vec<Turn> {
        let mut state = self.state();
        state.forget_those_who_left();
        state.waiting.iter().map(|waiting| Turn { id: waiting.id, kind: waiting.kind, stage: waiting.stage() }).collect()
    }

    /// Does in the store what was announced.
    pub(super) async fn take_effect(&self, id: u64) {
        let taken = self.state().find(id).and_then(|waiting| Some((waiting.told(), waiting.effect.take()?)));
        if let Some((what, effect)) = taken {
            let answer = effect.await;
            self.trace.note(format!("{what}: {answer}"));
        }
    }

    /// Lets the caller go on.
    pub(super) fn go_on(&self, id: u64) {
        let Some(Waiting { process, what, kind, caller: Some(caller), .. }) = self.state().take(id) else { return };
        self.trace.note(match kind {
            Kind::Step | Kind::Return | Kind::Wake => told(process, &what),
            Kind::Read | Kind::Claim | Kind::Fill => told(process, &format!("hears of {what}")),
        });
        answer(Some(caller), Verdict::GoOn);
    }

    /// Tells the caller of an error; returns its process and what was announced. The operation is not called back.
    pub(super) fn fail(&self, id: u64) -> Option<(usize, Kind)> {
        let mut state = self.state();
        let waiting = state.find(id)?;
        self.trace.note(format!("{} FAILS", waiting.told()));
        let (process, kind) = (waiting.process, waiting.kind);
        answer(waiting.caller.take(), Verdict::Fail);
        Some((process, kind))
    }

    /// Loses an operation for which nobody waits.
    pub(super) fn lose(&self, id: u64) {
        if let Some(lost) = self.state().take(id) {
            self.trace.note(format!("{} is LOST", lost.told()));
        }
    }

    /// Whoever waits in this process is told so, and nothing that it announces from now on happens.
    pub(super) fn kill(&self, process: usize) {
        let mut state = self.state();
        state.dead.insert(process);
        for waiting in state.waiting.iter_mut().filter(|waiting| waiting.process == process) {
            answer(waiting.caller.take(), Verdict::Dead);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// A change of the store stays, as it may be on its way.
    fn forget_those_who_left(&mut self) {
        for waiting in &mut self.waiting {
            waiting.caller.take_if(|caller| caller.is_closed());
        }
        self.waiting.retain(|waiting| waiting.caller.is_some() || waiting.stage() == Stage::Late);
    }

    fn find(&mut self, id: u64) -> Option<&mut Waiting> {
        self.waiting.iter_mut().find(|waiting| waiting.id == id)
    }

    fn take(&mut self, id: u64) -> Option<Waiting> {
        let index = self.waiting.iter().position(|waiting| waiting.id == id)?;
        Some(self.waiting.remove(index))
    }
}

impl Waiting {
    fn stage(&self) -> Stage {
        let changes = matches!(self.kind, Kind::Claim | Kind::Fill);
        match (&self.effect, &self.caller) {
            (Some(_), Some(_)) => Stage::Sent,
            (Some(_), None) if changes => Stage::Late,
            _ => Stage::Ready,
        }
    }

    fn told(&self) -> String {
        let late = if self.stage() == Stage::Late { " (late)" } else { "" };
        format!("{}{late}", told(self.process, &self.what))
    }
}

fn told(process: usize, what: &str) -> String {
    format!("process {process}: {what}")
}

fn answer(caller: Option<oneshot::Sender<Verdict>>, verdict: Verdict) {
    if let Some(caller) = caller {
        // Whoever has left does not mind.
        let _ = caller.send(verdict);
    }
}

impl fmt::Debug for Scheduler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scheduler").finish_non_exhaustive()
    }
}
