//! What every request has at hand.

use std::time::Duration;

use metrics_exporter_prometheus::PrometheusHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::users::UserTable;

#[derive(Clone, Debug)]
pub(crate) struct AppState {
    pub(crate) users: UserTable,
    /// The writes that are under way.
    pub(crate) writes: TaskTracker,
    /// Cancelled when the service is to end.
    pub(crate) draining: CancellationToken,
    pub(crate) metrics: PrometheusHandle,
    pub(crate) cache_bypass: bool,
    pub(crate) request_timeout: Duration,
}
