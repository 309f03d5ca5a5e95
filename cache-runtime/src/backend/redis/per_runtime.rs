//! What each tokio runtime has of its own.
//!
//! A connection is driven by a task, and a task dies with its runtime.

use std::mem;
use std::sync::{Arc, PoisonError, RwLock};

use tokio::runtime::{Handle, Id};

use super::errors::unavailable;
use crate::error::Error;

/// What a runtime drives.
pub(super) trait Driven {
    /// Whether the runtime that drives it is still there.
    fn is_alive(&self) -> bool;
}

/// One for each runtime, made where it is missing.
pub(super) struct PerRuntime<T>(RwLock<Vec<(Id, Arc<T>)>>);

impl<T> Default for PerRuntime<T> {
    fn default() -> Self {
        Self(RwLock::default())
    }
}

impl<T: Driven> PerRuntime<T> {
    /// That of the runtime that the caller is in.
    pub(super) fn current(&self, open: impl FnOnce(Handle) -> T) -> Result<Arc<T>, Error> {
        let runtime = Handle::try_current().map_err(|outside| unavailable().because(outside))?;
        let id = runtime.id();
        // An id may be used again once its runtime is gone, but then what it drove is dead.
        let usable = |all: &[(Id, Arc<T>)]| {
            all.iter().find(|(of, driven)| *of == id && driven.is_alive()).map(|(_, driven)| Arc::clone(driven))
        };
        if let Some(driven) = usable(&self.0.read().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(driven);
        }
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(driven) = usable(&all) {
            return Ok(driven);
        }
        all.retain(|(_, driven)| driven.is_alive());
        let driven = Arc::new(open(runtime));
        all.push((id, Arc::clone(&driven)));
        Ok(driven)
    }

    /// Those of all runtimes.
    pub(super) fn all(&self) -> Vec<Arc<T>> {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        all.iter().map(|(_, driven)| Arc::clone(driven)).collect()
    }

    /// Those of all runtimes, none of which has one any more.
    pub(super) fn take(&self) -> Vec<Arc<T>> {
        let all = mem::take(&mut *self.0.write().unwrap_or_else(PoisonError::into_inner));
        all.into_iter().map(|(_, driven)| driven).collect()
    }
}
