//! What is to go wrong, and how often.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::error::ErrorKind;

/// What a cache asks of its store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Operation {
    /// To look up an entry.
    Read,
    /// To take, keep and give back the right to load an entry.
    Lease,
    /// To store what was loaded or put, its tags included.
    Write,
    /// To remove what was invalidated: an entry, a tag, or by `clear` everything.
    Remove,
    /// To wait for the load of another process.
    Wait,
    /// To give a sign of life.
    Ping,
}

impl Operation {
    /// Each of them.
    pub const ALL: [Self; 6] = [Self::Read, Self::Lease, Self::Write, Self::Remove, Self::Wait, Self::Ping];
}

/// What goes wrong with an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// It begins that much later. Where the time that is left to it is shorter, it is not done, and times out.
    Delay(Duration),
    /// It is not done, and fails with this kind of error, at once.
    Fail(ErrorKind),
    /// It is not done, and nobody answers: the timeout of the cache ends the wait.
    Silence,
    /// It is done, and nobody answers.
    LoseAnswer,
}

/// What is to go wrong with one kind of operation, and how many there were.
#[derive(Debug, Default)]
struct Plan {
    asked: u64,
    /// Each fault for so many in a row.
    next: VecDeque<(usize, Fault)>,
    always: Option<Fault>,
}

impl Plan {
    fn next(&mut self) -> Option<Fault> {
        while let Some((times, fault)) = self.next.front_mut() {
            if *times > 0 {
                *times -= 1;
                return Some(*fault);
            }
            self.next.pop_front();
        }
        None
    }
}

/// What is to go wrong.
#[derive(Debug, Default)]
pub(super) struct Script(Mutex<BTreeMap<Operation, Plan>>);

impl Script {
    /// What goes wrong with an operation that is asked for now.
    pub(super) fn turn(&self, operation: Operation) -> Option<Fault> {
        let mut plans = self.plans();
        let plan = plans.entry(operation).or_default();
        plan.asked += 1;
        plan.next().or(plan.always)
    }

    pub(super) fn always(&self, operation: Operation, fault: Fault) {
        self.plans().entry(operation).or_default().always = Some(fault);
    }

    pub(super) fn next(&self, times: usize, operation: Operation, fault: Fault) {
        self.plans().entry(operation).or_default().next.push_back((times, fault));
    }

    pub(super) fn heal(&self) {
        for plan in self.plans().values_mut() {
            plan.next.clear();
            plan.always = None;
        }
    }

    pub(super) fn asked(&self, operation: Operation) -> u64 {
        self.plans().get(&operation).map_or(0, |plan| plan.asked)
    }

    fn plans(&self) -> MutexGuard<'_, BTreeMap<Operation, Plan>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
