//! Who asks for one key: a call of its own, or one of the keys of a call for many.

use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use super::budget::Budget;
use super::request::Request;
use crate::error::{Error, ErrorKind};

/// Somebody who asks for one key.
#[derive(Clone, Copy)]
pub(super) struct Caller<'a> {
    pub(super) request: &'a Request,
    /// Whether a remembered "nothing there" is an answer.
    pub(super) accepts_absent: bool,
    /// Whether the load can go on after the call.
    pub(super) outlives: bool,
    /// With whom it asks.
    pub(super) company: Option<&'a Company>,
}

/// Those who ask for many keys in one call: each of them finds out for itself what to do, and none waits for anybody else
/// while another one has something to load. Two calls that wait for each other's loads would wait for ever.
#[derive(Debug, Default)]
pub(super) struct Company {
    waiting: AtomicUsize,
    is_cut_off: AtomicBool,
}

impl Caller<'_> {
    /// Waits for what somebody else does. Safe to drop at any point.
    pub(super) async fn wait<F: Future>(&self, wait: F) -> F::Output {
        let _waiting = self.company.map(Waiting::new);
        wait.await
    }

    /// The time that it may spend waiting for the store, out of `whole`.
    pub(super) fn budget(&self, whole: Duration) -> Budget {
        Budget::new(self.company.map_or(whole, |company| company.within(whole)))
    }

    /// Notes how the store failed.
    pub(super) fn note(&self, error: &Error) {
        if let Some(company) = self.company {
            company.note(error);
        }
    }
}

impl Company {
    /// How many of them wait for somebody else just now.
    pub(super) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// The time that the next of them may spend waiting for the store, out of `whole`. Those whose turn comes when the store
    /// has let others wait in vain go without it: an outage costs a call one timeout, however many keys it is for.
    pub(super) fn within(&self, whole: Duration) -> Duration {
        if self.is_cut_off() { Duration::ZERO } else { whole }
    }

    /// Notes how the store failed one of them.
    pub(super) fn note(&self, error: &Error) {
        if error.kind() == ErrorKind::Timeout {
            self.cut_off();
        }
    }

    /// Whether the store has let one of them wait in vain.
    pub(super) fn is_cut_off(&self) -> bool {
        self.is_cut_off.load(Ordering::Relaxed)
    }

    pub(super) fn cut_off(&self) {
        self.is_cut_off.store(true, Ordering::Relaxed);
    }
}

/// As long as it is there, one of them waits.
struct Waiting<'a>(&'a Company);

impl<'a> Waiting<'a> {
    fn new(company: &'a Company) -> Self {
        company.waiting.fetch_add(1, Ordering::Relaxed);
        Self(company)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}
