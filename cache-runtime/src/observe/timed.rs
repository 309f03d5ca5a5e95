//! How long the operations of a store take.

use std::time::Duration;

use super::histogram::{Counted, Histogram};
use super::striped::Striped;
use crate::clock;
use crate::store::{Answer, Layer, Operation};

/// The operations that are timed, by the names under which they are told of.
const NAMES: [&str; 7] = ["get", "set", "add", "replace", "remove", "remove_if", "use_tags"];

/// How long operations took that callers waited for: queueing, the network and the server together.
#[derive(Debug, Default)]
pub(crate) struct OperationTimes([Striped<Histogram>; NAMES.len()]);

impl OperationTimes {
    pub(super) fn counted(&self) -> impl Iterator<Item = (&'static str, Counted)> {
        NAMES.into_iter().zip(self.0.iter().map(Striped::counted))
    }

    /// `None`: it is to wait for something, or only to be answered.
    fn of(&self, operation: &Operation<'_>) -> Option<&Striped<Histogram>> {
        let [get, set, add, replace, remove, remove_if, use_tags] = &self.0;
        match operation {
            Operation::Get => Some(get),
            Operation::Set(_) => Some(set),
            Operation::Add(_) => Some(add),
            Operation::Replace(_) => Some(replace),
            Operation::Remove(_) => Some(remove),
            Operation::RemoveIf => Some(remove_if),
            Operation::UseTags => Some(use_tags),
            Operation::Changed | Operation::Ping => None,
        }
    }
}

impl Layer for OperationTimes {
    /// An operation that nobody waited for to its end is not counted.
    fn around<'a, T: Send + 'a>(
        &'a self,
        operation: &Operation<'_>,
        within: Duration,
        run: impl FnOnce(Duration) -> Answer<'a, T> + Send + 'a,
    ) -> Answer<'a, T> {
        let Some(times) = self.of(operation) else { return run(within) };
        let answer = run(within);
        Box::pin(async move {
            let start = clock::now();
            let answer = answer.await;
            times.of_this_thread().record(clock::since(start));
            answer
        })
    }
}
