//! What is counted, and `GET /metrics`.

use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use metrics::{Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::state::AppState;

/// From a value that is kept in the process to a request that is given up, in seconds.
const BUCKETS: [f64; 16] =
    [0.0001, 0.000_25, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
/// How often samples are put into their buckets, as they pile up where nobody scrapes.
const UPKEEP: Duration = Duration::from_secs(5);

/// Makes this process count, also what its cache does.
pub(crate) fn install() -> Result<PrometheusHandle, BuildError> {
    let seconds = Matcher::Suffix("_seconds".to_owned());
    let handle = PrometheusBuilder::new().set_buckets_for_metric(seconds, &BUCKETS)?.install_recorder()?;
    describe_counter!("http_requests_total", "Requests that were answered.");
    describe_histogram!("http_request_seconds", Unit::Seconds, "How long requests took.");
    describe_gauge!("http_requests_in_flight", "Requests that wait for their answers.");
    describe_counter!("user_writes_total", "Writes that are done, by whether what is cached could be invalidated.");
    Ok(handle)
}

/// Runs until it is dropped.
pub(crate) async fn keep_up(handle: PrometheusHandle) {
    let mut ticks = interval(UPKEEP);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        handle.run_upkeep();
    }
}

/// `GET /metrics`
pub(crate) async fn show(State(state): State<AppState>) -> Response {
    // What the cache has counted since it last did this by itself.
    cache_runtime::global().report_metrics();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], state.metrics.render()).into_response()
}

/// Counts a request by its route, never by its path, of which there are as many as users.
pub(crate) async fn count(request: Request, next: Next) -> Response {
    let route =
        request.extensions().get::<MatchedPath>().map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned());
    let method = name_of(request.method());
    let _in_flight = InFlight::enter();
    let start = Instant::now();
    let response = next.run(request).await;
    let status = response.status().as_u16().to_string();
    histogram!("http_request_seconds", "route" => route.clone(), "method" => method).record(start.elapsed());
    counter!("http_requests_total", "route" => route, "method" => method, "status" => status).increment(1);
    response
}

/// A request that is counted as long as this is there, also where its client hangs up.
struct InFlight;

impl InFlight {
    fn enter() -> Self {
        gauge!("http_requests_in_flight").increment(1);
        Self
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        gauge!("http_requests_in_flight").decrement(1);
    }
}

/// A client may make up methods.
fn name_of(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        _ => "other",
    }
}
