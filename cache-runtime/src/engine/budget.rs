//! The time that one call may spend waiting for the store.

use std::future::Future;
use std::time::Duration;

use crate::clock;
use crate::error::Error;

/// What is left of the operation timeout: however many operations a call needs, an outage costs it one timeout.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    left: Duration,
}

impl Budget {
    pub(crate) fn new(whole: Duration) -> Self {
        Self { left: whole }
    }

    pub(crate) fn left(&self) -> Duration {
        self.left
    }

    /// Runs one operation, which is told how long it may take.
    pub(crate) async fn spend<T, F>(&mut self, operation: impl FnOnce(Duration) -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let start = clock::now();
        let result = operation(self.left).await;
        self.left = self.left.saturating_sub(clock::since(start));
        result
    }
}
