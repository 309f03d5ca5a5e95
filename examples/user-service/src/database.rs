//! The database: opened, migrated, and filled with made-up users where that is asked for.

use std::borrow::Cow;
use std::pin::Pin;
use std::time::Duration;

use sqlx::error::BoxDynError;
use sqlx::migrate::{Migration, MigrationSource, MigrationType, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{SqliteConnection, SqlitePool};
use tokio::time::{Instant, sleep};

use crate::config::Config;
use crate::users::DatabaseError;

/// How long a statement waits for another process that writes.
const BUSY: Duration = Duration::from_secs(2);
/// How long a request waits for a connection.
const ACQUIRE: Duration = Duration::from_secs(2);

/// How long instances that start at the same time make way for each other, and how often they look.
const START: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(20);

/// In the order in which they were written; none is ever changed.
const MIGRATIONS: [(i64, &str, &str); 1] = [(1, "users", include_str!("../migrations/0001_users.sql"))];

/// A pool of connections to a database that is as this program needs it.
pub(crate) async fn open(config: &Config) -> Result<SqlitePool, DatabaseError> {
    let give_up = Instant::now() + START;
    loop {
        match try_open(config).await {
            // Another instance makes the file what it is to be, for which SQLite does not wait by itself.
            Err(DatabaseError::Unavailable(_)) if Instant::now() < give_up => sleep(PAUSE).await,
            opened => return opened,
        }
    }
}

async fn try_open(config: &Config) -> Result<SqlitePool, DatabaseError> {
    let pool = SqlitePoolOptions::new()
        .max_connections(config.database_connections)
        .acquire_timeout(ACQUIRE)
        .connect_with(options(config.database.clone()))
        .await?;
    prepare(&pool, config.seed).await?;
    Ok(pool)
}

fn options(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal) // readers do not wait for who writes
        .synchronous(SqliteSynchronous::Normal)
        .pragma("temp_store", "memory") // no other folder need be writable
        .busy_timeout(BUSY)
}

/// All or nothing, and one instance after the other: who comes second finds everything done.
async fn prepare(pool: &SqlitePool, seed: u32) -> Result<(), sqlx::Error> {
    let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
    Migrator::new(Embedded).await?.run(&mut *transaction).await?;
    if seed > 0 && is_empty(&mut transaction).await? {
        fill(&mut transaction, seed).await?;
        tracing::info!(users = seed, "made up users, as there were none");
    }
    transaction.commit().await
}

async fn is_empty(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    let found: Option<i64> = sqlx::query_scalar("SELECT id FROM users LIMIT 1").fetch_optional(connection).await?;
    Ok(found.is_none())
}

/// A hundred users to a tenant.
async fn fill(connection: &mut SqliteConnection, users: u32) -> Result<(), sqlx::Error> {
    let statement = "WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < ?) \
                     INSERT INTO users (id, tenant, name, email) \
                     SELECT id, (id - 1) / 100 + 1, 'User ' || id, 'user' || id || '@example.com' FROM n";
    sqlx::query(statement).bind(users).execute(connection).await.map(drop)
}

/// The migrations that are compiled into this program, so that it needs no files beside it.
#[derive(Debug)]
struct Embedded;

impl MigrationSource<'static> for Embedded {
    fn resolve(self) -> Pin<Box<dyn Future<Output = Result<Vec<Migration>, BoxDynError>> + Send>> {
        let migration = |(version, name, sql)| {
            Migration::new(version, Cow::Borrowed(name), MigrationType::Simple, Cow::Borrowed(sql), false)
        };
        let migrations = MIGRATIONS.into_iter().map(migration).collect();
        Box::pin(async move { Ok(migrations) })
    }
}
