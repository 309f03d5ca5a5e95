//! The future that companions return.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::error::Error;

/// An operation on the cache that happens when it is awaited.
///
/// Companions return this instead of being `async fn`s, so that an annotated function costs next to nothing to compile.
/// It is `Send` and borrows nothing. Dropping it early is safe; what was sent to the store may happen all the same.
#[must_use = "nothing happens until it is awaited"]
pub struct Pending<T = Result<(), Error>>(Pin<Box<dyn Future<Output = T> + Send>>);

impl<T> Pending<T> {
    pub(crate) fn new(operation: impl Future<Output = T> + Send + 'static) -> Self {
        Self(Box::pin(operation))
    }
}

impl<T> Future for Pending<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        self.0.as_mut().poll(context)
    }
}

impl<T> fmt::Debug for Pending<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pending").finish_non_exhaustive()
    }
}
