//! The table of users: the origin, which knows nothing of a cache.

use std::time::Duration;

use serde_json::json;
use sqlx::query::QueryAs;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Sqlite, SqlitePool};
use tokio::time::sleep;

use super::database_error::DatabaseError;
use super::model::{Changes, NewUser, User};

type Statement<'q> = QueryAs<'q, Sqlite, User, SqliteArguments<'q>>;

#[derive(Clone, Debug)]
pub(crate) struct UserTable {
    pool: SqlitePool,
    latency: Duration,
}

impl UserTable {
    /// `latency` is how much longer each statement takes.
    pub(crate) fn new(pool: SqlitePool, latency: Duration) -> Self {
        Self { pool, latency }
    }

    /// A sign of life.
    pub(crate) async fn ping(&self) -> Result<(), DatabaseError> {
        Ok(sqlx::query("SELECT id FROM users LIMIT 1").execute(&self.pool).await.map(drop)?)
    }

    pub(crate) async fn find(&self, id: i64) -> Result<Option<User>, DatabaseError> {
        let query = sqlx::query_as("SELECT id, tenant, name, email FROM users WHERE id = ?").bind(id);
        Ok(query.fetch_optional(self.pool().await).await?)
    }

    pub(crate) async fn find_many(&self, ids: &[i64]) -> Result<Vec<User>, DatabaseError> {
        // One statement for lists of any length.
        let statement = "SELECT id, tenant, name, email FROM users WHERE id IN (SELECT value FROM json_each(?))";
        let query = sqlx::query_as(statement).bind(json!(ids).to_string());
        Ok(query.fetch_all(self.pool().await).await?)
    }

    /// The users of a tenant whose ids are greater than `after`, `limit` at most, in the order of their ids.
    pub(crate) async fn of_tenant(&self, tenant: i64, after: i64, limit: u32) -> Result<Vec<User>, DatabaseError> {
        let statement = "SELECT id, tenant, name, email FROM users WHERE tenant = ? AND id > ? ORDER BY id LIMIT ?";
        let query = sqlx::query_as(statement).bind(tenant).bind(after).bind(limit);
        Ok(query.fetch_all(self.pool().await).await?)
    }

    pub(crate) async fn insert(&self, new: &NewUser) -> Result<User, DatabaseError> {
        let statement = "INSERT INTO users (tenant, name, email) VALUES (?, ?, ?) RETURNING id, tenant, name, email";
        let query = sqlx::query_as(statement).bind(new.tenant).bind(&new.name).bind(&new.email);
        self.write(query).await
    }

    pub(crate) async fn update(&self, id: i64, changes: &Changes) -> Result<User, DatabaseError> {
        let statement = "UPDATE users SET name = ?, email = ? WHERE id = ? RETURNING id, tenant, name, email";
        self.write(sqlx::query_as(statement).bind(&changes.name).bind(&changes.email).bind(id)).await
    }

    pub(crate) async fn delete(&self, id: i64) -> Result<User, DatabaseError> {
        let statement = "DELETE FROM users WHERE id = ? RETURNING id, tenant, name, email";
        self.write(sqlx::query_as(statement).bind(id)).await
    }

    /// Runs a statement that returns the user it has written. After `Ok` it is committed: SQLite commits at the end of a statement,
    /// behind its last row. `fetch_one` stops at the first one, and leaves the commit to whoever tidies up, who tells nobody that
    /// the disk was full.
    async fn write(&self, statement: Statement<'_>) -> Result<User, DatabaseError> {
        statement.fetch_all(self.pool().await).await?.pop().ok_or(DatabaseError::NoSuchUser)
    }

    /// The pool, after the way to a database that is far away.
    async fn pool(&self) -> &SqlitePool {
        if !self.latency.is_zero() {
            sleep(self.latency).await;
        }
        &self.pool
    }
}
