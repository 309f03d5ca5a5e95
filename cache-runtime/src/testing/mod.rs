//! What tests of annotated functions need: a clock that stands still, counts, and a store that fails when it is told to.
//!
//! With the feature `test-util`, which belongs into `[dev-dependencies]`: it enables `test-util` of tokio, which makes asking
//! for the time slower.
//!
//! ```
//! use std::time::Duration;
//! use cache_runtime::testing::{Calls, Clock, Fault, Operation, cache_with_faults, settled};
//! use cache_runtime::{Cache, ErrorKind, read_through, with_cache};
//!
//! #[read_through(key = "rate:{currency}", ttl = "1m", stale_while_revalidate = "10s", skip(bank))]
//! async fn rate(currency: String, bank: Calls) -> u64 {
//!     bank.record()
//! }
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! let (clock, bank) = (Clock::stop(), Calls::new());
//! let (cache, faults) = cache_with_faults(Cache::builder())?;
//! with_cache(cache.clone(), async {
//!     let rate = || rate("EUR".to_owned(), bank.clone());
//!     assert_eq!((rate().await, rate().await), (1, 1)); // a load and a hit
//!
//!     clock.advance(Duration::from_secs(61)).await; // nobody sleeps for it
//!     assert_eq!(rate().await, 1); // the old value, while one reload runs
//!     settled(&cache).await;
//!     assert_eq!(rate().await, 2);
//!
//!     faults.always(Operation::Read, Fault::Fail(ErrorKind::Unavailable));
//!     assert_eq!(rate().await, 3); // without the cache
//! })
//! .await;
//! assert_eq!(cache.stats().failed_open, 1);
//! # Ok::<_, cache_runtime::Error>(()) }).unwrap();
//! ```

mod calls;
mod clock;
mod faults;
mod loads;
mod play;
mod script;
mod settled;

#[doc(inline)]
pub use crate::assert_loads;
pub use calls::Calls;
pub use clock::Clock;
pub use faults::{Faults, cache_with_faults};
#[doc(hidden)]
pub use loads::{check_loads, check_loads_here};
pub use script::{Fault, Operation};
pub use settled::settled;

#[cfg(test)]
mod tests;
