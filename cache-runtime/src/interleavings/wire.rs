//! The connection on which a process is told of changes: what travels on it arrives in the order in which it was sent.

use std::collections::{BTreeSet, VecDeque};
use std::fmt;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::flaws::Flaw;
use super::item::Item;
use crate::clock::Tick;
use crate::key::Key;
use crate::store::{Coherence, Feed, Listener, Pledge};

/// Both ends of the connection of one process.
pub(super) struct Wire {
    pub(super) process: usize,
    feed: Arc<Feed>,
    flaw: Option<Flaw>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    condition: Condition,
    listener: Option<Arc<dyn Listener>>,
    /// What was read here and has not changed since, as the server remembers it.
    tracked: BTreeSet<String>,
    queue: VecDeque<Item>,
    /// Answers that were under way when the connection broke.
    lost: Vec<u64>,
    /// How many items have been sent.
    sent: u64,
    news: News,
    /// Reads whose callers have not gone on yet.
    reads: usize,
}

/// How much a process was told, and how much of that it has heard.
#[derive(Clone, Copy, Debug, Default)]
struct News {
    told: u64,
    heard: u64,
}

/// What becomes of a connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Condition {
    #[default]
    Up,
    /// The server has forgotten it, of which the process knows nothing.
    Broken,
    /// The process knows that what it has read may have changed unheard.
    Noticed,
    /// It is to be made anew.
    Down,
}

/// A read whose caller has not gone on yet.
pub(super) struct UnderWay<'a>(&'a Wire);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.state().reads -= 1;
    }
}

impl Wire {
    pub(super) fn new(process: usize, flaw: Option<Flaw>) -> Self {
        let feed = Feed::new(Coherence::Tracking);
        feed.heard(Tick::now());
        Self { process, feed, flaw, state: Mutex::default() }
    }

    pub(super) fn listen(&self, listener: Arc<dyn Listener>) {
        self.state().listener = Some(listener);
    }

    pub(super) fn coherence(&self) -> Coherence {
        self.feed.coherence(Tick::now())
    }

    /// The word that changes are told of what is read from now on. It cannot be had where the process knows of no
    /// connection.
    pub(super) fn pledge(&self) -> Option<Pledge> {
        if self.state().condition == Condition::Down {
            return None;
        }
        self.feed.pledge(Tick::now())
    }

    /// The same, when the answer is there, as a store would say it that breaks the rule.
    pub(super) fn pledged(&self, pledge: Pledge) -> Option<Pledge> {
        match self.flaw {
            Some(Flaw::PledgesAfterTheAnswer) => self.pledge(),
            Some(Flaw::PledgesForGood) => {
                let feed = Feed::new(Coherence::Tracking);
                feed.need_not_be_heard();
                feed.pledge(Tick::now())
            }
            _ => Some(pledge),
        }
    }

    /// From now on until what is returned is dropped, a read is under way.
    pub(super) fn read(&self) -> UnderWay<'_> {
        self.state().reads += 1;
        UnderWay(self)
    }

    /// The process is told when something changes at one of `keys`.
    pub(super) fn track<'a>(&self, keys: impl Iterator<Item = &'a Key>) {
        self.state().tracked.extend(keys.map(|key| key.as_str().to_owned()));
    }

    /// The server has answered a turn.
    pub(super) fn answer(&self, turn: u64) {
        self.state().send(Item::Answer(turn));
    }

    /// Something has changed at `key`.
    pub(super) fn tell(&self, key: &Key) {
        let mut state = self.state();
        // It is told once; whoever reads it again is told again.
        if state.tracked.remove(key.as_str()) {
            state.tell(Item::Change(key.as_str().to_owned()));
        }
    }

    /// The server has forgotten everything, which it tells whatever was read.
    pub(super) fn tell_of_a_flush(&self) {
        let mut state = self.state();
        if state.condition == Condition::Up {
            state.tracked.clear();
            state.tell(Item::Flush);
        }
    }

    /// The process asks for a sign of life, and the server gives it.
    pub(super) fn ask_for_life(&self) {
        let mut state = self.state();
        if state.condition == Condition::Up {
            state.send(Item::Life(Tick::now()));
        }
    }

    /// The number of what arrives next.
    pub(super) fn next(&self) -> Option<u64> {
        let state = self.state();
        (!state.queue.is_empty()).then(|| state.sent - state.queue.len() as u64)
    }

    /// Lets the next item arrive; in words, and with the turn that has its answer now.
    pub(super) fn deliver(&self) -> Option<(&'static str, Option<u64>)> {
        let mut state = self.state();
        let item = state.queue.pop_front()?;
        let (is_missed, listener) = (item.is_missed(self.flaw, state.reads > 0), state.listener.clone());
        state.news.heard += u64::from(item.is_news());
        drop(state);
        let (what, answered) = (item.told(), item.answered());
        match item {
            Item::Answer(_) => {}
            Item::Life(asked) => self.feed.heard(asked),
            _ if is_missed => {}
            Item::Change(key) => {
                if let Some(listener) = listener {
                    listener.changed(key.as_bytes());
                }
            }
            Item::Flush => self.feed.interrupt(),
        }
        Some((what, answered))
    }

    /// What this process forgets by itself.
    pub(super) fn forget(&self, key: &Key) {
        let listener = self.state().listener.clone();
        if let Some(listener) = listener {
            listener.changed(key.as_str().as_bytes());
        }
    }

    /// The server loses the connection.
    pub(super) fn break_off(&self) {
        let mut state = self.state();
        state.condition = Condition::Broken;
        state.tracked.clear();
        let queue = mem::take(&mut state.queue);
        state.lost = queue.iter().filter_map(Item::answered).collect();
        // Whatever changes from now on, and what was on its way, is not heard until the process notices.
        state.news.told += 1;
    }

    pub(super) fn is_up(&self) -> bool {
        self.state().condition == Condition::Up
    }

    /// What comes next on a connection that broke, in words; and the turns that will have no answer by it.
    pub(super) fn mend(&self) -> (&'static str, Vec<u64>) {
        let mut state = self.state();
        match state.condition {
            Condition::Up => ("has a connection", Vec::new()),
            // One that is given up because nothing is heard of it was not seen to break.
            Condition::Broken if state.sent.is_multiple_of(2) => {
                state.condition = Condition::Noticed;
                state.news.heard = state.news.told;
                self.feed.interrupt();
                ("notices that its connection broke", Vec::new())
            }
            Condition::Broken | Condition::Noticed => {
                state.condition = Condition::Down;
                state.news.heard = state.news.told;
                self.feed.fall_silent();
                ("has no connection", mem::take(&mut state.lost))
            }
            Condition::Down => {
                state.condition = Condition::Up;
                self.feed.heard(Tick::now());
                ("has a new connection", Vec::new())
            }
        }
    }

    /// How much the process was told.
    pub(super) fn told(&self) -> u64 {
        self.state().news.told
    }

    /// How much of that it has heard.
    pub(super) fn heard(&self) -> u64 {
        self.state().news.heard
    }

    /// Whether it has heard of every change of what it reads.
    pub(super) fn is_quiet(&self) -> bool {
        let News { told, heard } = self.state().news;
        told == heard
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn send(&mut self, item: Item) {
        self.sent += 1;
        self.queue.push_back(item);
    }

    fn tell(&mut self, item: Item) {
        self.news.told += 1;
        self.send(item);
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wire").field("process", &self.process).finish_non_exhaustive()
    }
}
