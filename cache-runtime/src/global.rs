//! The cache that annotated functions use when nothing says otherwise.

use std::sync::OnceLock;

use crate::cache::Cache;
use crate::error::{Error, ErrorKind};

static GLOBAL: OnceLock<Cache> = OnceLock::new();

/// Makes `cache` the global one. To be called once, before the first use of an annotated function.
///
/// # Errors
///
/// [`ErrorKind::AlreadyInitialised`] when there is a global cache already: from an earlier `init`, or built from the
/// environment because an annotated function was called before.
pub fn init(cache: Cache) -> Result<(), Error> {
    GLOBAL.set(cache).map_err(|_| {
        Error::new(
            ErrorKind::AlreadyInitialised,
            "the global cache exists already; call `init` once, before the first annotated function runs",
        )
    })
}

/// The global cache. Without [`init`], the first use builds it from the environment, as [`Cache::from_env`] does.
///
/// An environment that cannot be understood is told by an `error!`, and the global cache then caches nothing: a service
/// must neither fail because of its cache nor run with another one than was meant. Call [`Cache::from_env`] and [`init`]
/// at the start of a service to stop there instead.
pub fn global() -> &'static Cache {
    GLOBAL.get_or_init(|| {
        Cache::from_env().unwrap_or_else(|error| {
            tracing::error!(target: "cache_runtime", error = %error.in_full(), "the environment configures no usable cache; nothing is cached");
            Cache::disabled()
        })
    })
}

/// Waits for what the global cache does in the background and closes its connections.
///
/// A call that comes later runs all the same, and connects again.
pub async fn shutdown() {
    if let Some(cache) = GLOBAL.get() {
        cache.shutdown().await;
    }
}
