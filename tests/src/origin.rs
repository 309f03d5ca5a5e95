//! What is behind a cache: an origin under the control of a test.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

/// What the origin does when it is asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Act {
    /// Answers with how often it has been asked.
    Answer,
    /// Returns [`Sick`].
    Fail,
    /// Panics.
    Panic,
    /// Answers that there is nothing.
    Nothing,
}

/// The failure of the origin.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("the origin is sick")]
pub struct Sick;

/// An origin that waits at a gate, which is open until a test closes it.
#[derive(Clone, Debug)]
pub struct Origin(Arc<State>);

#[derive(Debug)]
struct State {
    asked: AtomicUsize,
    act: Mutex<Act>,
    is_open: watch::Sender<bool>,
}

impl Default for Origin {
    fn default() -> Self {
        let is_open = watch::Sender::new(true);
        Self(Arc::new(State { asked: AtomicUsize::new(0), act: Mutex::new(Act::Answer), is_open }))
    }
}

impl Origin {
    /// How often it was asked.
    #[must_use]
    pub fn asked(&self) -> usize {
        self.0.asked.load(Ordering::SeqCst)
    }

    /// What it does from now on.
    pub fn will(&self, act: Act) {
        *self.act() = act;
    }

    /// From now on nobody gets an answer.
    pub fn hold(&self) {
        self.0.is_open.send_replace(false);
    }

    /// Everybody gets an answer again.
    pub fn release(&self) {
        self.0.is_open.send_replace(true);
    }

    /// Its answer; `Ok(None)` where there is nothing.
    ///
    /// # Errors
    ///
    /// As it will.
    pub async fn ask(&self) -> Result<Option<usize>, Sick> {
        let number = self.0.asked.fetch_add(1, Ordering::SeqCst) + 1;
        // Its sender is ours.
        let _ = self.0.is_open.subscribe().wait_for(|is_open| *is_open).await;
        let act = *self.act();
        match act {
            Act::Answer => Ok(Some(number)),
            Act::Fail => Err(Sick),
            Act::Panic => panic!("the origin panics, as the test says"),
            Act::Nothing => Ok(None),
        }
    }

    /// Its answer, where there is one.
    ///
    /// # Errors
    ///
    /// As it will.
    pub async fn value(&self) -> Result<usize, Sick> {
        self.ask().await.map(Option::unwrap_or_default)
    }

    fn act(&self) -> MutexGuard<'_, Act> {
        self.0.act.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
