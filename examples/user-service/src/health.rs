//! What an orchestrator asks: does the process live, and is it to get requests?

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use tokio::time::timeout;

use crate::error::in_full;
use crate::state::AppState;

/// Less than what probes wait.
const PATIENCE: Duration = Duration::from_millis(800);

#[derive(Debug, Serialize)]
pub(crate) struct Lives {
    status: &'static str,
}

/// `GET /healthz`: touches nothing. Who restarts a process because something else is down has two outages.
pub(crate) async fn lives() -> Json<Lives> {
    Json(Lives { status: "alive" })
}

#[derive(Debug, Serialize)]
pub(crate) struct Ready {
    status: &'static str,
    database: &'static str,
    /// For people only: without its cache the service is slower, and as right as with it. Were it not ready then, all instances
    /// would leave at the same time, and an outage of the cache would be one of the service.
    cache: &'static str,
}

/// `GET /readyz`
pub(crate) async fn is_ready(State(state): State<AppState>) -> (StatusCode, Json<Ready>) {
    let (database, cache) = tokio::join!(database(&state), cache());
    let status = match (database, state.draining.is_cancelled()) {
        (true, false) => "ready",
        (false, _) => "not ready",
        (true, true) => "ends",
    };
    let code = if status == "ready" { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let told = |answers| if answers { "answers" } else { "does not answer" };
    (code, Json(Ready { status, database: told(database), cache: told(cache) }))
}

async fn database(state: &AppState) -> bool {
    match timeout(PATIENCE, state.users.ping()).await {
        Ok(Ok(())) => true,
        Ok(Err(error)) => {
            tracing::warn!(error = in_full(&error), "not ready");
            false
        }
        Err(_) => {
            tracing::warn!("not ready: the database did not answer within {PATIENCE:?}");
            false
        }
    }
}

/// Asked no longer than the database: `CACHE_OPERATION_TIMEOUT` may be more than a probe waits.
async fn cache() -> bool {
    timeout(PATIENCE, cache_runtime::global().ping()).await.is_ok_and(|answer| answer.is_ok())
}
