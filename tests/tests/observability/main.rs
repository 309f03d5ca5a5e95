//! What the cache tells about itself: metrics, stats, where answers came from, spans and log lines.
#![expect(clippy::unwrap_used, reason = "a test reports by panicking, its helpers too")]
#![expect(clippy::float_cmp, reason = "gauges are whole numbers here")]

mod counts;
mod functions;
mod log;
mod metrics;
mod outcomes;
mod recorded;
mod spans;
