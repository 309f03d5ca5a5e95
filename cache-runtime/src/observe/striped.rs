//! One of something for each thread, so that a processor that counts need not wait for another one that does.

use std::sync::atomic::{AtomicUsize, Ordering};

/// As many as there are threads that count at a time, in most processes.
const STRIPES: usize = 8;

/// Several `T`, each for some of the threads. A `T` is best aligned so that no two share what a processor fetches.
#[derive(Debug, Default)]
pub(super) struct Striped<T> {
    stripes: [T; STRIPES],
}

impl<T> Striped<T> {
    #[expect(clippy::indexing_slicing, reason = "the index is a remainder of the length")]
    pub(super) fn of_this_thread(&self) -> &T {
        static THREADS: AtomicUsize = AtomicUsize::new(0);
        thread_local! {
            static NUMBER: usize = THREADS.fetch_add(1, Ordering::Relaxed) % STRIPES;
        }
        &self.stripes[NUMBER.try_with(|number| *number).unwrap_or_default()]
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.stripes.iter()
    }
}
