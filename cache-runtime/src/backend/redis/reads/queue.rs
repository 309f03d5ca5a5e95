//! Reads that wait to be sent, and how many are under way.

use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, oneshot};

use crate::backend::redis::errors::unavailable;
use crate::backend::redis::large::{LargeKeys, Size};
use crate::error::Error;
use crate::key::Key;
use crate::store::{Found, Query};

/// So many reads at a time go out by themselves. Among so few, waiting for company costs more than it saves.
const FEW: usize = 4;
/// So many reads may be under way or wait. Whoever comes then goes on without the store: callers that pile up before a slow
/// server are better off at the origin, and cost memory.
const MOST: usize = 16 << 10;

/// So many reads go together: the server does nothing else meanwhile.
pub(super) const MOST_TOGETHER: usize = 256;

/// A read that somebody waits for.
pub(super) struct Ask {
    pub(super) key: Key,
    /// Whether to ask how long the entry still lives.
    pub(super) life: bool,
    /// Whether it has the tag of all entries, which is the same for all who ask.
    pub(super) every: bool,
    pub(super) tags: Vec<Key>,
    pub(super) reply: oneshot::Sender<Reply>,
}

/// What became of a read that was sent together with others.
pub(in crate::backend::redis) enum Reply {
    Found(Found),
    /// Nobody knows the answer: the connection is down, or has not answered in time.
    Failed(Error),
    /// The server has refused all of them: each is to be asked by itself, lest one spoils the others.
    Apart,
}

/// The answer to a read that was sent with others; `None`: it is to be asked by itself.
pub(in crate::backend::redis) async fn answered(answer: oneshot::Receiver<Reply>) -> Result<Option<Found>, Error> {
    match answer.await {
        Ok(Reply::Found(found)) => Ok(Some(found)),
        Ok(Reply::Failed(error)) => Err(error),
        Ok(Reply::Apart) => Ok(None),
        // Whoever would have sent it went with its runtime.
        Err(_closed) => Err(unavailable()),
    }
}

/// How a read is to go on.
pub(in crate::backend::redis) enum Turn {
    /// By itself. It counts until this is dropped.
    Alone(Alone),
    /// With others. Whoever sent it is gone if this fails.
    Together(oneshot::Receiver<Reply>),
    /// Not at all: too many wait.
    Never,
}

/// A read that goes by itself.
pub(in crate::backend::redis) struct Alone(Arc<Queue>);

impl Drop for Alone {
    fn drop(&mut self) {
        self.0.state().under_way -= 1;
    }
}

/// Reads that go together.
pub(super) struct Sending<'a> {
    queue: &'a Queue,
    count: usize,
}

impl Drop for Sending<'_> {
    fn drop(&mut self) {
        if self.count > 0 {
            self.queue.state().under_way -= self.count;
        }
    }
}

/// The reads of one connection.
pub(in crate::backend::redis) struct Queue {
    patience: Duration,
    large: Arc<LargeKeys>,
    state: Mutex<State>,
    /// Somebody waits.
    work: Notify,
    /// So many do that there is no sense in waiting for more.
    enough: Notify,
}

#[derive(Default)]
struct State {
    /// The tag of all entries, of the first who asked.
    every: Option<Key>,
    waiting: Vec<Ask>,
    /// Those that wait among them.
    under_way: usize,
    is_driven: bool,
}

impl Queue {
    pub(super) fn new(patience: Duration, large: Arc<LargeKeys>) -> Self {
        Self { patience, large, state: Mutex::default(), work: Notify::new(), enough: Notify::new() }
    }

    pub(super) fn patience(&self) -> Duration {
        self.patience
    }

    pub(super) fn large(&self) -> &LargeKeys {
        &self.large
    }

    /// Takes a turn for `query`.
    pub(super) fn turn(self: &Arc<Self>, query: Query<'_>, within: Duration) -> Turn {
        let mut state = self.state();
        if self.is_for_company(&mut state, query, within) {
            return Turn::Together(self.join(state, query));
        }
        self.count_alone(state).map_or(Turn::Never, Turn::Alone)
    }

    /// A turn for what goes by itself in any case. `None`: too many wait.
    pub(super) fn alone(self: &Arc<Self>) -> Option<Alone> {
        self.count_alone(self.state())
    }

    fn count_alone(self: &Arc<Self>, mut state: MutexGuard<'_, State>) -> Option<Alone> {
        if state.under_way >= MOST {
            return None;
        }
        state.under_way += 1;
        Some(Alone(Arc::clone(self)))
    }

    /// Takes a turn for `query` if it is to go with others.
    pub(super) fn turn_together(&self, query: Query<'_>, within: Duration) -> Option<oneshot::Receiver<Reply>> {
        let mut state = self.state();
        self.is_for_company(&mut state, query, within).then(|| self.join(state, query))
    }

    /// Those who go together share one patience, so that nobody needs a timer: who has less goes alone, and so does what is
    /// large, or may be.
    fn is_for_company(&self, state: &mut State, query: Query<'_>, within: Duration) -> bool {
        state.is_driven
            && (FEW..MOST).contains(&state.under_way)
            && within >= self.patience
            && self.large.size(query.key) == Size::Ordinary
            && state.has(query.tags.every)
    }

    fn join(&self, mut state: MutexGuard<'_, State>, query: Query<'_>) -> oneshot::Receiver<Reply> {
        let (reply, answer) = oneshot::channel();
        let (every, tags) = (query.tags.every.is_some(), query.tags.own.to_vec());
        state.under_way += 1;
        state.waiting.push(Ask { key: query.key.clone(), life: query.life, every, tags, reply });
        let waiting = state.waiting.len();
        drop(state);
        match waiting {
            1 => self.work.notify_one(),
            MOST_TOGETHER => self.enough.notify_one(),
            _ => {}
        }
        answer
    }

    /// Whether there is a driver.
    pub(super) fn is_driven(&self) -> bool {
        self.state().is_driven
    }

    /// Whether it is time for a driver. `true` once: whoever hears it starts one.
    pub(super) fn wants_driver(&self) -> bool {
        let mut state = self.state();
        state.under_way > FEW && !mem::replace(&mut state.is_driven, true)
    }

    /// Waits until somebody waits.
    pub(super) async fn work(&self) {
        self.work.notified().await;
    }

    /// Waits until as many wait as can go together.
    pub(super) async fn enough(&self) {
        while self.state().waiting.len() < MOST_TOGETHER {
            self.enough.notified().await;
        }
    }

    /// Moves all who still wait to `asks`, which is empty, and whose room is used again. Returns the tag of all entries.
    pub(super) fn take(&self, asks: &mut Vec<Ask>) -> Option<Key> {
        let every = {
            let mut state = self.state();
            mem::swap(&mut state.waiting, asks);
            state.every.clone()
        };
        let all = asks.len();
        asks.retain(|ask| !ask.reply.is_closed());
        drop(self.sending(all - asks.len()));
        every
    }

    /// Counts so many that were taken, until they have their answers, or will have none.
    pub(super) fn sending(&self, count: usize) -> Sending<'_> {
        Sending { queue: self, count }
    }

    /// The driver is gone: whoever waits is sent home, and reads go by themselves.
    pub(super) fn left(&self) {
        let mut state = self.state();
        state.is_driven = false;
        let left = mem::take(&mut state.waiting);
        state.under_way -= left.len();
        drop(state);
        // Only now: it wakes those who wait.
        drop(left);
    }

    /// Counts and lists are right after every statement.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Whether `every` is the tag of all entries that everybody asks for here.
    fn has(&mut self, every: Option<&Key>) -> bool {
        let Some(every) = every else { return true };
        self.every.get_or_insert_with(|| every.clone()) == every
    }
}
