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
}
