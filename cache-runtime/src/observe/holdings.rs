//! What the caches of one name hold, which share their gauges.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::stats::Stats;

/// What every cache of this process that has reported held then.
static ALL: Mutex<Vec<Held>> = Mutex::new(Vec::new());

#[derive(Debug)]
struct Held {
    by: u64,
    name: Arc<str>,
    holds: Stats,
}

/// That of one cache. Dropped, it holds nothing.
#[derive(Debug)]
pub(super) struct Holdings {
    number: u64,
    name: Arc<str>,
}

impl Holdings {
    pub(super) fn of(name: Arc<str>) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self { number: NEXT.fetch_add(1, Ordering::Relaxed), name }
    }

    /// Notes what this cache holds; returns what each one of its name does.
    pub(super) fn note(&self, holds: &Stats) -> Vec<Stats> {
        let mut all = all();
        match all.iter_mut().find(|held| held.by == self.number) {
            Some(held) => held.holds = *holds,
            None => all.push(Held { by: self.number, name: Arc::clone(&self.name), holds: *holds }),
        }
        all.iter().filter(|held| held.name == self.name).map(|held| held.holds).collect()
    }
}

impl Drop for Holdings {
    fn drop(&mut self) {
        all().retain(|held| held.by != self.number);
    }
}

fn all() -> MutexGuard<'static, Vec<Held>> {
    ALL.lock().unwrap_or_else(PoisonError::into_inner)
}
