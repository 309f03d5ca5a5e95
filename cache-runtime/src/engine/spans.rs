//! The spans in which origins run: what a body logs, and the spans it opens, stand in one that names its function.

use tracing::span::Id;
use tracing::{Level, Span, field};

use super::request::Request;

/// The span of a load that a caller waits for. Part of that caller's.
pub(super) fn of_load(request: &Request) -> Span {
    let function = request.spec.name;
    let span = tracing::info_span!(target: "cache_runtime", "cache_load", function, key = field::Empty);
    with_key(span, request)
}

/// The span of a load in the background, which comes of what the task did that found it due.
pub(super) fn of_reload(request: &Request, cause: Option<Id>) -> Span {
    let function = request.spec.name;
    let span = tracing::info_span!(target: "cache_runtime", parent: None, "cache_reload", function, key = field::Empty);
    span.follows_from(cause);
    with_key(span, request)
}

/// The span of one load for many keys.
pub(super) fn of_load_of_many(requests: &[Request], keys: usize) -> Span {
    let function = function(requests);
    tracing::info_span!(target: "cache_runtime", "cache_load", function, keys)
}

/// The same in the background.
pub(super) fn of_reload_of_many(requests: &[Request], keys: usize, cause: Option<Id>) -> Span {
    let function = function(requests);
    let span = tracing::info_span!(target: "cache_runtime", parent: None, "cache_reload", function, keys);
    span.follows_from(cause);
    span
}

/// A key may hold what users have written: it is told to those who look for a fault.
fn with_key(span: Span, request: &Request) -> Span {
    if tracing::enabled!(target: "cache_runtime", Level::DEBUG) {
        span.record("key", request.key.as_str());
    }
    span
}

fn function(requests: &[Request]) -> Option<&'static str> {
    requests.first().map(|request| request.spec.name)
}
