//! The header `cache`: where an answer came from.

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use cache_runtime::{bypass, observed};

use crate::state::AppState;

const CACHE: HeaderName = HeaderName::from_static("cache");

/// Runs the rest of a request, and says in its answer what the cached functions found that it has called: `near`, `hit`, `miss`,
/// `stale` or `bypass`, the most telling one where they were several. An answer that used no cache has no such header.
pub(crate) async fn with_cache_header(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let answer = observed(next.run(request));
    let (mut response, outcomes) = if state.cache_bypass { bypass(answer).await } else { answer.await };
    if let Some(outcome) = outcomes.worst() {
        response.headers_mut().insert(CACHE, HeaderValue::from_static(outcome.as_str()));
    }
    response
}
