//! The spans in which origins run: what a body logs, and the spans it opens, stand in one that names its function.

use tracing::instrument::Instrumented;
use tracing::span::Id;
use tracing::{Instrument, Span, debug_span, info_span};

use super::request::Request;

/// A future with the span of its function, and inside of that the one of its key.
pub(super) type Spanned<F> = Instrumented<Instrumented<F>>;

/// In the span of a load that a caller waits for. Part of that caller's.
pub(super) fn of_load<F>(request: &Request, load: F) -> Spanned<F> {
    let function = request.spec.name();
    with_key(info_span!(target: "cache_runtime", "cache_load", function), request, load)
}

/// In the span of a load in the background, which comes of what the task did that found it due.
pub(super) fn of_reload<F>(request: &Request, cause: Option<Id>, load: F) -> Spanned<F> {
    let function = request.spec.name();
    let span = info_span!(target: "cache_runtime", parent: None, "cache_reload", function);
    span.follows_from(cause);
    with_key(span, request, load)
}

/// The span of one load for many keys.
pub(super) fn of_load_of_many(requests: &[Request], keys: usize) -> Span {
    let function = function(requests);
    info_span!(target: "cache_runtime", "cache_load", function, keys)
}

/// The same in the background.
pub(super) fn of_reload_of_many(requests: &[Request], keys: usize, cause: Option<Id>) -> Span {
    let function = function(requests);
    let span = info_span!(target: "cache_runtime", parent: None, "cache_reload", function, keys);
    span.follows_from(cause);
    span
}

/// A key may hold what users have written: it is told to those who look for a fault. In a span of its own, as the same span is
/// seen by all who listen, also by those who are to be told less.
fn with_key<F>(span: Span, request: &Request, load: F) -> Spanned<F> {
    let key = request.key.as_str();
    let with_key = if span.is_disabled() {
        Span::none()
    } else {
        debug_span!(target: "cache_runtime", parent: &span, "cache_key", key)
    };
    load.instrument(with_key).instrument(span)
}

fn function(requests: &[Request]) -> Option<&'static str> {
    requests.first().map(|request| request.spec.name())
}
