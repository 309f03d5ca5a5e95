//! What can go wrong in the database, as the service needs to tell it apart.

use std::sync::Arc;

use sqlx::Error as SqlError;
use thiserror::Error;

/// `Clone`, so that all who wait for one load share its failure instead of asking a database in trouble once each.
#[derive(Clone, Debug, Error)]
pub(crate) enum DatabaseError {
    #[error("there is no such user")]
    NoSuchUser,
    #[error("another user has this e-mail address")]
    EmailTaken,
    #[error("the database is out of reach or too busy")]
    Unavailable(#[source] Arc<SqlError>),
    #[error("the database could not do it")]
    Failed(#[source] Arc<SqlError>),
}

impl From<SqlError> for DatabaseError {
    fn from(error: SqlError) -> Self {
        match &error {
            SqlError::Database(told) if told.is_unique_violation() => Self::EmailTaken,
            SqlError::Database(told) if told.code().is_some_and(|code| is_busy(&code)) => {
                Self::Unavailable(error.into())
            }
            SqlError::PoolTimedOut | SqlError::PoolClosed | SqlError::Io(_) => Self::Unavailable(error.into()),
            _ => Self::Failed(error.into()),
        }
    }
}

/// `SQLITE_BUSY` and `SQLITE_LOCKED`, whatever the extended code in the upper bits says about why.
fn is_busy(code: &str) -> bool {
    code.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6))
}
