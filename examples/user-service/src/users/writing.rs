//! `POST`, `PUT` and `DELETE`.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::model::{Changes, NewUser, User};
use super::writes::{Operation, Written, write};
use crate::error::ApiError;
use crate::extract::{Id, Json};
use crate::state::AppState;

/// The ttl of `find_user`: after that, an old user is the answer only while the database fails.
const WARNING: &str = "done, but the cache could not be told: others may see what was before for up to 5 minutes";

/// The user as it was written. A cache that could not be told is no failure: the write is done, and the client must not do it
/// again.
#[derive(Debug, Serialize)]
struct Saved {
    #[serde(flatten)]
    user: User,
    #[serde(skip_serializing_if = "Option::is_none")]
    warning: Option<&'static str>,
}

impl From<Written> for Saved {
    fn from(Written { user, forgotten }: Written) -> Self {
        Self { user, warning: forgotten.err().map(|_| WARNING) }
    }
}

/// `POST /users`
pub(crate) async fn create(State(state): State<AppState>, Json(new): Json<NewUser>) -> Result<Response, ApiError> {
    new.check()?;
    let users = state.users.clone();
    let written = write(&state, Operation::Create, async move { users.insert(&new).await }).await?;
    let location = format!("/users/{}", written.user.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Answer(Saved::from(written))).into_response())
}

/// `PUT /users/{id}`
pub(crate) async fn change(
    State(state): State<AppState>,
    Id(id): Id,
    Json(changes): Json<Changes>,
) -> Result<Response, ApiError> {
    changes.check()?;
    let users = state.users.clone();
    let written = write(&state, Operation::Change, async move { users.update(id, &changes).await }).await?;
    Ok(Answer(Saved::from(written)).into_response())
}

/// `DELETE /users/{id}`
pub(crate) async fn delete(State(state): State<AppState>, Id(id): Id) -> Result<Response, ApiError> {
    let users = state.users.clone();
    let written = write(&state, Operation::Delete, async move { users.delete(id).await }).await?;
    match written.forgotten {
        Ok(()) => Ok(StatusCode::NO_CONTENT.into_response()),
        Err(_) => Ok(Answer(serde_json::json!({ "warning": WARNING })).into_response()),
    }
}
