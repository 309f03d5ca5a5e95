//! Handing one failure to many callers.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use crate::value::AnyValue;

/// How a failure reaches more than one caller.
///
/// What is shared is the error alone: functions that return other things beside it can wait for one load.
pub struct Sharing<R> {
    share: fn(&R) -> Option<AnyValue>,
    take: fn(&AnyValue) -> Option<R>,
}

impl<T, E: Clone + Send + Sync + 'static> Sharing<Result<T, E>> {
    pub(super) const BY_CLONE: Self = Self {
        share: |returned| returned.as_ref().err().map(|error| Arc::new(error.clone()) as AnyValue),
        take: |shared| (&**shared as &dyn Any).downcast_ref::<E>().cloned().map(Err),
    };
}

impl<R> fmt::Debug for Sharing<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sharing").finish_non_exhaustive()
    }
}

impl<R> Sharing<R> {
    pub(crate) fn share(&self, failure: &R) -> Option<AnyValue> {
        (self.share)(failure)
    }

    pub(crate) fn take(&self, shared: &AnyValue) -> Option<R> {
        (self.take)(shared)
    }
}
