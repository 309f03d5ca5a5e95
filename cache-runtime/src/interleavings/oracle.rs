//! The row of the database, and what every reader must see of it at least.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// One row, whose value only grows.
#[derive(Debug, Default)]
pub(super) struct Oracle(Mutex<Row>);

#[derive(Debug, Default)]
struct Row {
    value: u64,
    /// The newest value that was made known: whoever starts to read now gets this one or a newer one.
    floor: u64,
    /// Processes that had to do without the store. There, callers share loads although an invalidation elsewhere has come
    /// in between, which is the price of an answer.
    cut_off: BTreeSet<usize>,
    judged: u64,
    violation: Option<String>,
}

/// What a reader that starts now may expect.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expectation {
    floor: u64,
    process: usize,
}

impl Oracle {
    pub(super) fn value(&self) -> u64 {
        self.row().value
    }

    /// A writer's transaction; returns the new value.
    pub(super) fn commit(&self) -> u64 {
        let mut row = self.row();
        row.value += 1;
        row.value
    }

    /// A writer was told that readers see `value`, or a newer one, from now on.
    pub(super) fn make_known(&self, value: u64) {
        let mut row = self.row();
        row.floor = row.floor.max(value);
    }

    /// `process` has to do without the store for once.
    pub(super) fn cut_off(&self, process: usize) {
        self.row().cut_off.insert(process);
    }

    /// Nothing is under way any more that was begun without the store.
    pub(super) fn reunite(&self) {
        self.row().cut_off.clear();
    }

    pub(super) fn expect(&self, process: usize) -> Expectation {
        Expectation { floor: self.row().floor, process }
    }

    /// Judges what a reader got.
    pub(super) fn judge(&self, reader: &str, expected: Expectation, got: u64) {
        let mut row = self.row();
        if got > row.value {
            row.violation = Some(format!("{reader} got {got}, which was never written"));
        }
        if row.cut_off.contains(&expected.process) {
            return;
        }
        row.judged += 1;
        if got < expected.floor {
            row.violation = Some(format!("{reader} got {got} after {} had been made known", expected.floor));
        }
    }

    /// How many reads were judged so far, or what is wrong with one of them.
    pub(super) fn verdict(&self) -> Result<u64, String> {
        let row = self.row();
        row.violation.clone().map_or(Ok(row.judged), Err)
    }

    fn row(&self) -> MutexGuard<'_, Row> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
