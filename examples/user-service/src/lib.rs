//! Users behind a cache, as a service that a team deploys: axum, sqlx, and `cache-runtime`.
//!
//! Its README says how it is run, watched and stopped.

mod cache_header;
mod config;
mod database;
mod error;
mod extract;
mod health;
mod healthcheck;
mod metrics;
mod routes;
mod service;
mod signals;
mod state;
mod users;

pub use config::{BadConfig, Config};
pub use error::in_full;
pub use healthcheck::healthcheck;
pub use service::run;
