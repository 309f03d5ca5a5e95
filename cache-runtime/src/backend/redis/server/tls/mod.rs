//! Connections over TLS.

#[cfg(feature = "tls")]
mod certificates;
#[cfg(not(feature = "tls"))]
#[path = "without.rs"]
mod certificates;
mod settings;

pub(crate) use certificates::Certificates;
pub(in crate::backend::redis) use certificates::choose_cryptography;
pub use settings::Tls;
