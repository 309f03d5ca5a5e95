//! What the cache tells about itself: metrics, stats, where answers came from, spans and log lines.

mod functions;
mod log;
mod metrics;
mod outcomes;
mod recorded;
mod spans;
