//! `GET`: one user, many, and those of a tenant.

use std::collections::HashSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};

use super::cached::{PAGE, find_user, find_users, list_users};
use super::model::User;
use crate::error::ApiError;
use crate::extract::{Id, Query, parse_id};
use crate::state::AppState;

/// How many users there may be in one answer.
const MOST: usize = 100;

/// `GET /users/{id}`
pub(crate) async fn show(State(state): State<AppState>, Id(id): Id) -> Result<Json<Arc<User>>, ApiError> {
    find_user(&state.users, id).await?.map(Json).ok_or_else(ApiError::no_such_user)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    ids: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct Found {
    users: Vec<Arc<User>>,
    missing: Vec<i64>,
}

/// `GET /users?ids=1,2,3`
pub(crate) async fn show_many(
    State(state): State<AppState>,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Found>, ApiError> {
    let mut ids = wanted.ids.split(',').take(MOST + 1).map(parse_id).collect::<Result<Vec<_>, _>>()?;
    if ids.len() > MOST {
        return Err(ApiError::bad_request(format!("`ids` are {MOST} at most")));
    }
    let mut seen = HashSet::new();
    ids.retain(|id| seen.insert(*id));
    let mut found = find_users(&state.users, &ids).await?;
    let mut answer = Found { users: Vec::new(), missing: Vec::new() };
    for id in ids {
        match found.remove(&id) {
            Some(user) => answer.users.push(user),
            None => answer.missing.push(id),
        }
    }
    Ok(Json(answer))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Paging {
    #[serde(default)]
    after: i64,
}

#[derive(Debug, Serialize)]
pub(crate) struct Page {
    users: Arc<Vec<User>>,
    /// What to ask for `after` to get the rest, if there may be one.
    next: Option<i64>,
}

/// `GET /tenants/{tenant}/users?after=0`
pub(crate) async fn list(
    State(state): State<AppState>,
    Id(tenant): Id,
    Query(Paging { after }): Query<Paging>,
) -> Result<Json<Page>, ApiError> {
    if after < 0 {
        return Err(ApiError::bad_request("`after` is an id, or 0"));
    }
    let users = list_users(state.users, tenant, after).await?;
    let is_full = u32::try_from(users.len()).is_ok_and(|listed| listed >= PAGE);
    let next = users.last().filter(|_| is_full).map(|user| user.id);
    Ok(Json(Page { users, next }))
}
