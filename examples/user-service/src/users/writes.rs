//! A write: the database first, then the cache, and nobody who hangs up in between.

use cache_runtime::Error as CacheError;
use metrics::{Counter, counter};

use super::cached::forget;
use super::database_error::DatabaseError;
use super::model::User;
use crate::error::{ApiError, in_full};
use crate::state::AppState;

/// What a write does, as it is counted.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Operation {
    Create,
    Change,
    Delete,
}

impl Operation {
    fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Change => "change",
            Self::Delete => "delete",
        }
    }

    /// Of the writes that are done, by whether the cache was told.
    fn counter(self, is_told: bool) -> Counter {
        let invalidation = if is_told { "done" } else { "failed" };
        counter!("user_writes_total", "operation" => self.name(), "invalidation" => invalidation)
    }
}

/// Shows what is to be counted while there is nothing: where a counter begins with 1, Prometheus sees no increase.
pub(crate) fn count_from_zero() {
    for operation in [Operation::Create, Operation::Change, Operation::Delete] {
        operation.counter(true).increment(0);
        operation.counter(false).increment(0);
    }
}

/// What a write has made of a user, and whether the cache could be told.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) user: User,
    pub(crate) forgotten: Result<(), CacheError>,
}

/// Runs a statement that returns the user it has changed, and then forgets what is cached of that user.
///
/// A client that hangs up takes its handler with it. So both run in a task of their own, for which a shutdown waits.
pub(crate) async fn write<F>(state: &AppState, operation: Operation, statement: F) -> Result<Written, ApiError>
where
    F: Future<Output = Result<User, DatabaseError>> + Send + 'static,
{
    let task = async move {
        let user = statement.await?;
        let forgotten = forget(&user).await;
        tell(operation, &user, &forgotten);
        Ok::<_, DatabaseError>(Written { user, forgotten })
    };
    Ok(state.writes.spawn(task).await??)
}

fn tell(operation: Operation, user: &User, forgotten: &Result<(), CacheError>) {
    operation.counter(forgotten.is_ok()).increment(1);
    if let Err(error) = forgotten {
        // The cache tries it again by itself, and this process does not use what is old meanwhile; others may.
        tracing::error!(
            operation = operation.name(),
            user = user.id,
            error = in_full(error),
            "a user was written, but the cache could not be told"
        );
    }
}
