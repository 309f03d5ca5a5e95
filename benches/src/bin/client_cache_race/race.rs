//! The race, whoever runs.

use std::time::Duration;

use tokio::time::sleep;

pub(crate) const KEYS: usize = 3_000;
/// For every change to be told of, many times over.
const LONG_AFTER: Duration = Duration::from_millis(300);

/// A reader with a cache, and a writer beside it.
pub(crate) trait Runners {
    /// Stores the first values, which the reader has not seen.
    async fn prepare(&self);
    /// Reads a key. Whether its value is the first one.
    async fn reads_the_first(&self, key: usize) -> bool;
    /// Writes the second value, and returns when that is acknowledged.
    async fn write(&self, key: usize);
    /// How many reads were answered from memory so far.
    fn hits(&self) -> usize;
}

/// How it ended, for how many keys.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outcome {
    pub(crate) read_before: usize,
    pub(crate) from_memory: usize,
    pub(crate) old: usize,
}

pub(crate) async fn race(runners: &impl Runners) -> Outcome {
    runners.prepare().await;
    let mut read_before = 0;
    for key in 0..KEYS {
        read_before += usize::from(run(runners, key).await);
    }
    sleep(LONG_AFTER).await;
    let (before, mut old) = (runners.hits(), 0);
    for key in 0..KEYS {
        old += usize::from(runners.reads_the_first(key).await);
    }
    Outcome { read_before, from_memory: runners.hits() - before, old }
}

/// Both set off at once, which of them first is drawn. Returns whether the read came before the write.
async fn run(runners: &impl Runners, key: usize) -> bool {
    let (read, write) = (runners.reads_the_first(key), runners.write(key));
    if fastrand::bool() { tokio::join!(biased; read, write).0 } else { tokio::join!(biased; write, read).1 }
}
