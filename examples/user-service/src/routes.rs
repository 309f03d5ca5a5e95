//! Which path leads where.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::time::timeout;

use crate::cache_header::with_cache_header;
use crate::error::ApiError;
use crate::state::AppState;
use crate::{health, metrics, users};

/// The largest body that is read.
const BODY: usize = 16 << 10;

pub(crate) fn routes(state: AppState) -> Router {
    let users = Router::new()
        .route("/users", get(users::show_many).post(users::create))
        .route("/users/{id}", get(users::show).put(users::change).delete(users::delete))
        .route("/tenants/{tenant}/users", get(users::list))
        .layer(from_fn_with_state(state.clone(), with_cache_header))
        .layer(from_fn_with_state(state.clone(), in_time))
        .layer(DefaultBodyLimit::max(BODY));
    Router::new()
        .merge(users)
        .route("/healthz", get(health::lives))
        .route("/readyz", get(health::is_ready))
        .route("/metrics", get(metrics::show))
        .fallback(async || ApiError::no_such_route())
        .method_not_allowed_fallback(async || ApiError::wrong_method())
        .layer(from_fn(metrics::count))
        .with_state(state)
}

/// Gives a request up that takes too long. What it waits for goes on only if others wait for it, or if it is a write.
async fn in_time(State(state): State<AppState>, request: Request, next: Next) -> Response {
    match timeout(state.request_timeout, next.run(request)).await {
        Ok(response) => response,
        Err(_) => ApiError::too_slow().into_response(),
    }
}
