//! What a user is, and what clients may say of one.

use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row};

use crate::error::ApiError;

/// In the database, in the cache and in answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct User {
    pub(crate) id: i64,
    pub(crate) tenant: i64,
    pub(crate) name: String,
    pub(crate) email: String,
}

impl<'r> FromRow<'r, SqliteRow> for User {
    fn from_row(row: &'r SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            tenant: row.try_get("tenant")?,
            name: row.try_get("name")?,
            email: row.try_get("email")?,
        })
    }
}

/// What a client says to make a user.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewUser {
    pub(crate) tenant: i64,
    pub(crate) name: String,
    pub(crate) email: String,
}

/// What a client says to change one. Nobody moves to another tenant.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Changes {
    pub(crate) name: String,
    pub(crate) email: String,
}

impl NewUser {
    pub(crate) fn check(&self) -> Result<(), ApiError> {
        if self.tenant < 1 {
            return Err(ApiError::bad_request("`tenant` is a whole number from 1 on"));
        }
        check(&self.name, &self.email)
    }
}

impl Changes {
    pub(crate) fn check(&self) -> Result<(), ApiError> {
        check(&self.name, &self.email)
    }
}

fn check(name: &str, email: &str) -> Result<(), ApiError> {
    if name.trim().is_empty() || name.len() > 200 {
        return Err(ApiError::bad_request("`name` is a text of 1 to 200 bytes"));
    }
    // Only a letter to it can tell more.
    match email.split_once('@') {
        Some((who, host)) if !who.is_empty() && !host.is_empty() && email.len() <= 254 && !email.contains(is_space) => {
            Ok(())
        }
        _ => Err(ApiError::bad_request("`email` is an address such as `ada@example.com`")),
    }
}

/// What would begin another line, or another address, in the head of a letter.
fn is_space(letter: char) -> bool {
    letter.is_whitespace() || letter.is_control()
}
