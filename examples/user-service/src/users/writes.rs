//! A write: the database first, then the cache, and nobody who hangs up in between.

use cache_runtime::Error as CacheError;
use metrics::counter;

use super::cached::forget;
use super::database_error::DatabaseError;
use super::model::User;
use crate::error::{ApiError, in_full};
use crate::state::AppState;

/// What a write has made of a user, and whether the cache could be told.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) user: User,
    pub(crate) forgotten: Result<(), CacheError>,
}

/// Runs a statement that returns the user it has changed, and then forgets what is cached of that user.
///
/// A client that hangs up takes its handler with it. So both run in a task of their own, for which a shutdown waits.
pub(crate) async fn write<F>(state: &AppState, operation: &'static str, statement: F) -> Result<Written, ApiError>
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

fn tell(operation: &'static str, user: &User, forgotten: &Result<(), CacheError>) {
    let invalidation = if forgotten.is_ok() { "done" } else { "failed" };
    counter!("user_writes_total", "operation" => operation, "invalidation" => invalidation).increment(1);
    if let Err(error) = forgotten {
        // The cache tries it again by itself, and this process does not use what is old meanwhile; others may.
        tracing::error!(
            operation,
            user = user.id,
            error = in_full(error),
            "a user was written, but the cache could not be told"
        );
    }
}
