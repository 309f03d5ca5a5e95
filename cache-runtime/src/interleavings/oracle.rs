//! The row of the database, and what every reader must see of it at least.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::wire::Wire;
use crate::clock::{self, Instant};
use crate::store::Feed;

/// One row, whose value only grows.
#[derive(Debug, Default)]
pub(super) struct Oracle(Mutex<Row>);

#[derive(Debug, Default)]
struct Row {
    value: u64,
    /// The newest value that was made known: whoever asks the store from now on gets this one or a newer one.
    floor: u64,
    /// What was made known while some processes had not heard of it.
    news: Vec<News>,
    /// Processes that had to do without the store. There, callers share loads although an invalidation elsewhere has come
    /// in between, which is the price of an answer.
    cut_off: BTreeSet<usize>,
    counts: Counts,
    violation: Option<String>,
}

/// What was judged.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    /// Reads that had to return something new enough.
    pub(super) judged: u64,
    /// Looks at what a process keeps that found something.
    pub(super) kept: u64,
}

/// A value that was made known.
#[derive(Debug)]
struct News {
    value: u64,
    when: Instant,
    /// In which process, by the cache itself: there it is known at once.
    by: Option<usize>,
    /// How much each process was told by then; once it has heard that, it knows of this as well.
    told: BTreeMap<usize, u64>,
}

/// What a reader that starts now may expect.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expectation {
    process: usize,
    /// Of the store.
    floor: u64,
    /// Of what its process keeps.
    near: u64,
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

    /// A writer was told that readers see `value`, or a newer one, from now on: those in the process `by` whatever they read,
    /// and those in a process with a wire as soon as what was sent there has arrived.
    pub(super) fn make_known(&self, value: u64, by: Option<usize>, wires: &[Arc<Wire>]) {
        let told = wires.iter().map(|wire| (wire.process, wire.told())).collect();
        let mut row = self.row();
        row.floor = row.floor.max(value);
        row.news.push(News { value, when: clock::now(), by, told });
    }

    /// `process` has to do without the store for once.
    pub(super) fn cut_off(&self, process: usize) {
        self.row().cut_off.insert(process);
    }

    /// Nothing is under way any more that was begun without the store.
    pub(super) fn reunite(&self) {
        self.row().cut_off.clear();
    }

    pub(super) fn expect(&self, process: usize, wire: Option<&Wire>) -> Expectation {
        let (heard, now) = (wire.map(Wire::heard), clock::now());
        let row = self.row();
        let near = row.news.iter().filter(|news| news.is_known_in(process, heard, now)).map(|news| news.value).max();
        Expectation { process, floor: row.floor, near: near.unwrap_or_default() }
    }

    /// Judges what a reader got; `is_kept`: out of what its process keeps.
    pub(super) fn judge(&self, reader: &str, expected: Expectation, got: u64, is_kept: bool) {
        let mut row = self.row();
        if got > row.value {
            row.violation = Some(format!("{reader} got {got}, which was never written"));
        }
        let floor = if is_kept { expected.near } else { expected.floor };
        // What is kept was read from the store.
        if !is_kept && row.cut_off.contains(&expected.process) {
            return;
        }
        row.counts.judged += 1;
        if got < floor {
            row.violation = Some(format!("{reader} got {got} after {floor} had been made known"));
        }
    }

    /// Judges one of several values that a reader got; `may_be_kept`: nobody has looked whether it was. Callers that had to do
    /// without the store may have got it then.
    pub(super) fn judge_one_of_many(&self, reader: &str, expected: Expectation, got: u64, may_be_kept: bool) {
        if !self.row().cut_off.contains(&expected.process) {
            self.judge(reader, expected, got, may_be_kept);
        }
    }

    /// Judges what a process keeps for whoever asks now, while the store has `stored` for them; `is_quiet`: the process has
    /// heard of all that has changed.
    pub(super) fn judge_kept(&self, expected: Expectation, got: u64, stored: Option<u64>, is_quiet: bool) {
        let (mut row, process) = (self.row(), expected.process);
        row.counts.kept += 1;
        if got < expected.near {
            let floor = expected.near;
            row.violation = Some(format!("process {process} keeps {got}, and {floor} had been made known to it"));
        } else if is_quiet && stored != Some(got) {
            let stored = stored.map_or("nothing".to_owned(), |stored| stored.to_string());
            row.violation =
                Some(format!("process {process} keeps {got}, was told of all changes, and stored is {stored}"));
        }
    }

    /// What was judged so far, or what is wrong with it.
    pub(super) fn verdict(&self) -> Result<Counts, String> {
        let row = self.row();
        row.violation.clone().map_or(Ok(row.counts), Err)
    }

    fn row(&self) -> MutexGuard<'_, Row> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl News {
    /// Whether nothing older may be served in `process`, which has `heard` so much: what the news is about was sent there
    /// before it was made known. A process to which nothing comes through any more serves nothing after a while.
    fn is_known_in(&self, process: usize, heard: Option<u64>, now: Instant) -> bool {
        let is_heard = heard.is_none_or(|heard| self.told.get(&process).is_none_or(|told| heard >= *told));
        self.by == Some(process) || is_heard || now >= self.when + Feed::SILENCE
    }
}
