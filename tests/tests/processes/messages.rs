//! What a test and a process of its fleet say to each other: a line of JSON each, on the process's input and output.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// From the test.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) enum Order {
    /// Calls the function that many times at once.
    Call { call: usize, tasks: usize },
    /// Lets the origin answer one load.
    Answer { load: usize, value: u64 },
    /// Tells how often fills were refused, and calls missed.
    Count,
    /// Does something with the value that it keeps.
    Keep(Keep),
}

/// What there is to do with a value that is kept.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) enum Keep {
    /// From now on this is what the origin answers in that process.
    Know(u64),
    Invalidate,
    Read,
    /// Reads all the time, beside everything else.
    GoOnReading,
}

/// What came of it.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) enum Kept {
    Done,
    /// The value, and how often one was served out of the process until now.
    Read {
        value: u64,
        near_hits: u64,
    },
}

/// From the process.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Report {
    /// It is connected and waits for orders.
    Ready,
    /// Its origin is asked.
    Loading { load: usize },
    /// All tasks of a call have their answers: each value, and how many got it.
    Answered { call: usize, values: BTreeMap<u64, usize> },
    /// What [`Order::Count`] asks for.
    Counted { refused_fills: u64, misses: u64 },
    /// What came of an [`Order::Keep`].
    Kept(Kept),
}
