//! What the log was told, once for a cache, however many runtimes it is used on.

use std::sync::atomic::{AtomicBool, Ordering};

#[derive(Default)]
pub(super) struct Said {
    untold: AtomicBool,
}

impl Said {
    /// Whether it is news that changes cannot be told.
    pub(super) fn is_untold_news(&self) -> bool {
        !self.untold.swap(true, Ordering::Relaxed)
    }
}
