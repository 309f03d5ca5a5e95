//! What is read often, behind the cache.

use std::collections::HashMap;
use std::sync::Arc;

use cache_runtime::read_through;

use super::database_error::DatabaseError;
use super::model::User;
use super::table::UserTable;

/// How many users of a tenant are listed at a time.
pub(crate) const PAGE: u32 = 100;

/// One user. `None` is not stored: a 404 of this second does not hide the user who signs up in the next. While the database is
/// in trouble, an old answer is better than none.
#[read_through(key = "user:{id}", ttl = "5m", jitter = 0.1, stale_if_error = "10m", skip(table))]
pub(crate) async fn find_user(table: &UserTable, id: i64) -> Result<Option<Arc<User>>, DatabaseError> {
    Ok(table.find(id).await?.map(Arc::new))
}

/// Many users: the same key and the same type, and so the same entries. In the body, `ids` are those that are missing.
#[read_through(key = "user:{id}", ttl = "5m", jitter = 0.1, stale_if_error = "10m", skip(table), each(id in ids))]
pub(crate) async fn find_users(table: &UserTable, ids: &[i64]) -> Result<HashMap<i64, Arc<User>>, DatabaseError> {
    Ok(table.find_many(ids).await?.into_iter().map(|user| (user.id, Arc::new(user))).collect())
}

/// A page of the users of a tenant. All pages of a tenant are forgotten together, by its tag. Whoever asks within half a minute
/// after the end of the ttl gets the old page at once, while one reload runs.
#[read_through(
    key = "tenant:{tenant}:users:{after}", ttl = "1m", stale_while_revalidate = "30s", tags = ["tenant:{tenant}"], skip(table),
)]
pub(crate) async fn list_users(table: UserTable, tenant: i64, after: i64) -> Result<Arc<Vec<User>>, DatabaseError> {
    Ok(Arc::new(table.of_tenant(tenant, after, PAGE).await?))
}

/// Forgets one user and the lists in which they are. After `Ok`, no call that begins later gets what was before.
pub(crate) async fn forget(user: &User) -> Result<(), cache_runtime::Error> {
    let tag = format!("tenant:{}", user.tenant);
    // Both are tried, whatever becomes of the other.
    let (entry, lists) = tokio::join!(find_user::invalidate(user.id), cache_runtime::global().invalidate_tag(&tag));
    entry.and(lists)
}
