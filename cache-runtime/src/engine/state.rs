//! What all verbs share: the store, the flights, the listeners.

use std::sync::Arc;
use std::time::Duration;

use crate::background::Background;
use crate::flight::Board;
use crate::observe::{Counters, Event, Observer};
use crate::store::Store;
use crate::value::Codec;

/// How many invalidations may be finished in the background at a time, whose callers are gone.
const MOST_DUTIES: usize = 4096;

/// The settings of a cache that its verbs need.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) namespace: String,
    pub(crate) default_codec: Option<Codec>,
    pub(crate) operation_timeout: Duration,
    pub(crate) max_value_bytes: usize,
}

/// The working parts of one cache.
#[derive(Debug)]
pub(crate) struct Engine {
    pub(crate) settings: Settings,
    pub(super) store: Arc<dyn Store>,
    pub(super) flights: Board,
    pub(crate) counters: Counters,
    /// What must be done although the caller it was done for is gone.
    pub(crate) duties: Background,
}

impl Engine {
    pub(crate) fn new(store: Arc<dyn Store>, settings: Settings) -> Self {
        Self {
            settings,
            store,
            flights: Board::new(),
            counters: Counters::default(),
            duties: Background::new(MOST_DUTIES),
        }
    }

    pub(crate) fn store(&self) -> &dyn Store {
        &*self.store
    }

    pub(super) fn tell(&self, event: Event) {
        self.counters.on(event);
        tracing::trace!(target: "cache_runtime", ?event);
    }
}
