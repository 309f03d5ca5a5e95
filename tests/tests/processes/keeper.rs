//! What a process of a fleet does with a value that it keeps.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use cache_runtime::{Cache, Policy};
use tokio::task::yield_now;

use crate::messages::{Keep, Kept};

const KEY: &str = "kept";
/// So long that nothing is forgotten because its time is over.
const LONG: Duration = Duration::from_secs(600);
const POLICY: Policy = Policy::new(LONG).near(LONG);

/// The value, and what the origin says of it here.
#[derive(Clone)]
pub(crate) struct Keeper {
    cache: Cache,
    truth: Arc<AtomicU64>,
}

impl Keeper {
    pub(crate) fn new(cache: &Cache) -> Self {
        Self { cache: cache.clone(), truth: Arc::default() }
    }

    pub(crate) async fn obey(&self, order: Keep) -> Kept {
        match order {
            Keep::Know(truth) => {
                self.truth.store(truth, Ordering::SeqCst);
                Kept::Done
            }
            Keep::Invalidate => {
                self.cache.invalidate(KEY).await.unwrap();
                Kept::Done
            }
            Keep::Read => {
                let value = self.read().await;
                Kept::Read { value, near_hits: self.cache.stats().near_hits }
            }
            Keep::GoOnReading => {
                let keeper = self.clone();
                tokio::spawn(async move {
                    loop {
                        keeper.read().await;
                        yield_now().await;
                    }
                });
                Kept::Done
            }
        }
    }

    async fn read(&self) -> u64 {
        self.cache.read_through(KEY, &POLICY, || async { self.truth.load(Ordering::SeqCst) }).await
    }
}
