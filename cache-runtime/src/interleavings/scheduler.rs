//! Who waits for a turn.
//!
//! Nothing goes on by itself: an operation is announced, done, and answered, each at a moment that the round draws. One
//! whose caller is gone, or was told of a timeout, may be done all the same, at any later moment.

use std::collections::BTreeSet;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use super::trace::Trace;
use super::wire::Wire;

/// What an operation does to the store, each time that it arrives there. Resolves to the answer in words.
pub(super) type Effect = Box<dyn Fn() -> Pin<Box<dyn Future<Output = String> + Send>> + Send>;

/// An operation that is to be announced.
pub(super) struct Operation {
    pub(super) effect: Effect,
    /// It may be sent again where a connection breaks.
    pub(super) can_be_repeated: bool,
    /// On which its answer travels; `None`: it is there at once.
    pub(super) wire: Option<Arc<Wire>>,
}

/// What a turn is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// To go on in the code of a caller.
    Step,
    /// To return from an origin, or to fail.
    Return,
    /// To ask the store. Where it does not answer, a process has to do without it.
    Read,
    /// To make sure of something in the store before a load. A process that hears nothing of it has to do without the store.
    Claim,
    /// To leave nothing in the store. Where that fails, the process does not believe what is there.
    Remove,
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
    /// The store does not do it.
    Refuse,
    /// The process is dead.
    Dead,
}

/// Where somebody stands who waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// The operation has not reached the store.
    Sent,
    /// It has, and its answer is under way.
    Answered,
    /// Its answer is there; or there is nothing to be done in the store.
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
    pub(super) can_be_repeated: bool,
}

struct Waiting {
    id: u64,
    process: usize,
    what: String,
    kind: Kind,
    operation: Option<Operation>,
    /// It has taken effect.
    is_done: bool,
    /// Its answer is under way.
    travels: bool,
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
    pub(super) async fn turn(&self, process: usize, kind: Kind, what: String, operation: Option<Operation>) -> Verdict {
        let (caller, verdict) = oneshot::channel();
        {
            let mut state = self.state();
            if state.dead.contains(&process) {
                return Verdict::Dead;
            }
            state.last += 1;
            let id = state.last;
            let is_done = operation.is_none();
            let (travels, caller) = (false, Some(caller));
            state.waiting.push(Waiting { id, process, what, kind, operation, is_done, travels, caller });
        }
        verdict.await.unwrap_or(Verdict::Dead)
    }

    /// All who wait, in the order in which they came.
    pub(super) fn turns(&self) -> Vec<Turn> {
        let mut state = self.state();
        state.forget_those_who_left();
        state.waiting.iter().map(Waiting::turn).collect()
    }

    /// What somebody waits for.
    pub(super) fn kind(&self, id: u64) -> Option<Kind> {
        self.state().find(id).map(|waiting| waiting.kind)
    }

    /// On which connection its answer will travel.
    pub(super) fn wire(&self, id: u64) -> Option<Arc<Wire>> {
        self.state().find(id)?.operation.as_ref()?.wire.clone()
    }

    /// Does in the store what was announced.
    pub(super) async fn take_effect(&self, id: u64) {
        let begun = self.state().find(id).and_then(|waiting| {
            let (what, operation) = (waiting.told(), waiting.operation.as_ref()?);
            waiting.is_done = true;
            waiting.travels = operation.wire.is_some();
            Some((what, (operation.effect)(), operation.wire.clone()))
        });
        if let Some((what, effect, wire)) = begun {
            let answer = effect.await;
            self.trace.note(format!("{what}: {answer}"));
            if let Some(wire) = wire {
                wire.answer(id);
            }
        }
    }

    /// The answer is there.
    pub(super) fn arrive(&self, id: u64) {
        if let Some(waiting) = self.state().find(id) {
            waiting.travels = false;
        }
    }

    /// The answer is lost with its connection, and the question asked again.
    pub(super) fn ask_again(&self, id: u64) {
        if let Some(waiting) = self.state().find(id) {
            (waiting.is_done, waiting.travels) = (false, false);
        }
    }

    /// Lets the caller go on, if it can.
    pub(super) fn go_on(&self, id: u64) {
        let mut state = self.state();
        if state.find(id).is_none_or(|waiting| waiting.travels) {
            return;
        }
        let Some(Waiting { process, what, operation, caller: Some(caller), .. }) = state.take(id) else {
            return;
        };
        let hears = if operation.is_some() { "hears of " } else { "" };
        self.trace.note(told(process, &format!("{hears}{what}")));
        answer(Some(caller), Verdict::GoOn);
    }

    /// Tells the caller of an error; returns its process and what it was about. What timed out may be done later.
    pub(super) fn fail(&self, id: u64, verdict: Verdict) -> Option<(usize, Kind)> {
        let mut state = self.state();
        let waiting = state.find(id)?;
        self.trace.note(format!("{}: {verdict:?}", waiting.told()));
        let (process, kind) = (waiting.process, waiting.kind);
        answer(waiting.caller.take(), verdict);
        if verdict == Verdict::Refuse {
            state.take(id);
        }
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
        match &self.caller {
            _ if self.travels => Stage::Answered,
            _ if self.is_done => Stage::Ready,
            Some(_) => Stage::Sent,
            None if self.kind == Kind::Read => Stage::Ready,
            None => Stage::Late,
        }
    }

    fn turn(&self) -> Turn {
        let can_be_repeated = self.operation.as_ref().is_some_and(|operation| operation.can_be_repeated);
        Turn { id: self.id, kind: self.kind, stage: self.stage(), can_be_repeated }
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
