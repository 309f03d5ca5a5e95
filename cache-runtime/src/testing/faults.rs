//! A cache on a store that fails when a test says so.

use std::sync::Arc;

use super::script::{Fault, Operation, Script};
use crate::cache::{Cache, CacheBuilder};
use crate::error::Error;
use crate::store::Around;

/// What goes wrong with the operations of one cache: nothing, until a test says so. Clones are one.
///
/// ```
/// use cache_runtime::testing::{Fault, Operation, cache_with_faults};
/// use cache_runtime::{Cache, ErrorKind, read_through, with_cache};
///
/// #[read_through(key = "square:{n}", ttl = 60)]
/// async fn square(n: u64) -> u64 { n * n }
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// let (cache, faults) = cache_with_faults(Cache::builder())?;
/// with_cache(cache, async {
///     faults.next(1, Operation::Remove, Fault::Fail(ErrorKind::Refused));
///     let error = square::invalidate(7).await.unwrap_err();
///     assert_eq!(error.kind(), ErrorKind::Refused);
///
///     faults.outage(Fault::Silence);
///     assert_eq!(square(7).await, 49); // after the operation timeout, 100 ms
///     faults.heal();
/// })
/// .await;
/// # Ok::<_, cache_runtime::Error>(()) }).unwrap();
/// ```
#[derive(Clone, Debug, Default)]
pub struct Faults(Arc<Script>);

impl Faults {
    /// From now on it goes wrong with each `operation`.
    pub fn always(&self, operation: Operation, fault: Fault) {
        self.0.always(operation, fault);
    }

    /// It goes wrong with the next so many of these, behind what was planned for them before, and instead of what
    /// [always](Self::always) does.
    pub fn next(&self, times: usize, operation: Operation, fault: Fault) {
        self.0.next(times, operation, fault);
    }

    /// From now on it goes wrong with everything.
    pub fn outage(&self, fault: Fault) {
        for operation in Operation::ALL {
            self.always(operation, fault);
        }
    }

    /// Nothing goes wrong any more with what is asked for from now on.
    pub fn heal(&self) {
        self.0.heal();
    }

    /// How often the cache has asked for this, whatever became of it.
    #[must_use]
    pub fn asked(&self, operation: Operation) -> u64 {
        self.0.asked(operation)
    }
}

/// A cache as `builder` says, and what goes wrong between it and its store.
///
/// The store is the one that the builder names, by default `memory://`. It fails at the place where a network would: the cache
/// sees what it sees of a Redis in trouble, but for the breaker, which is part of the connection to Redis. So each call of a
/// silent store waits for one operation timeout.
///
/// # Errors
///
/// Those of [`CacheBuilder::build`].
pub fn cache_with_faults(builder: CacheBuilder) -> Result<(Cache, Faults), Error> {
    let faults = Faults::default();
    let script = Arc::clone(&faults.0);
    let cache = builder.build_behind(|store| Arc::new(Around::new(store, script)))?;
    Ok((cache, faults))
}
