//! Handing one failure to many callers.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use crate::value::AnyValue;

/// How a failure reaches more than one caller.
pub struct Sharing<R> {
    share: fn(&R) -> AnyValue,
    take: fn(&AnyValue) -> Option<R>,
}

impl<R: Clone + Send + Sync + 'static> Sharing<R> {
    pub(super) const BY_CLONE: Self = Self {
        share: |failure| Arc::new(failure.clone()),
        take: |shared| (&**shared as &dyn Any).downcast_ref().cloned(),
    };
}

impl<R> fmt::Debug for Sharing<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sharing").finish_non_exhaustive()
    }
}

impl<R> Sharing<R> {
    pub(crate) fn share(&self, failure: &R) -> AnyValue {
        (self.share)(failure)
    }

    pub(crate) fn take(&self, shared: &AnyValue) -> Option<R> {
        (self.take)(shared)
    }
}
