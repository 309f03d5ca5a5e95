//! Every form of function that `#[read_through]` accepts, compiled under strict lints and run on a cache.

#![deny(warnings, missing_docs, single_use_lifetimes, unused_lifetimes, clippy::all, clippy::pedantic)]
#![forbid(missing_debug_implementations)]
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use ::std::fmt::Display;
use ::std::future::Future;
use ::std::time::Duration;

use cache_runtime::{Cache, Stats, read_through, with_cache};
use serde::{Deserialize, Serialize};

pub mod arguments;
pub mod closures;
pub mod coercions;
pub mod companions;
pub mod each;
pub mod functions;
pub mod hygiene;
pub mod methods;
pub mod near;
pub mod parameters;
pub mod paths;
pub mod returns;
pub mod sending;
pub mod stats;
pub mod traits;
pub mod windows;

/// What the standard library is called; nothing generated may mean this one, which is in scope wherever it stands.
pub mod core {}
/// The same.
pub mod std {}

/// A stored value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct User {
    id: u64,
    name: String,
}

impl User {
    fn new(id: u64, name: impl Display) -> Self {
        Self { id, name: name.to_string() }
    }

    fn max_age(&self) -> Duration {
        Duration::from_secs(self.id)
    }

    fn is_complete(&self) -> bool {
        !self.name.is_empty()
    }
}

/// An error that can neither be stored nor cloned.
#[derive(Debug)]
pub struct DbError;

/// A result by a name that says nothing.
pub type Res<T> = Result<T, DbError>;

/// A borrowed argument.
#[derive(Debug)]
pub struct Filter {
    name: String,
}

/// A function beside modules called `core` and `std`.
#[read_through(key = "root:{id}", ttl = "1h", jitter = 0.1, cache_if = |user: &User| user.is_complete())]
pub async fn at_the_root(id: u64) -> Res<Option<User>> {
    Ok(Some(User::new(id, "root")))
}

fn memory() -> Cache {
    Cache::builder().url("memory://").build().unwrap()
}

/// Runs `future` on a cache of its own and tells what that cache did.
async fn on_a_cache<F: Future>(future: F) -> (F::Output, Stats) {
    let cache = memory();
    let output = with_cache(cache.clone(), future).await;
    (output, cache.stats())
}

/// Does not compile where `future` cannot be sent to another thread.
fn is_send<F: Future + Send>(future: F) -> F {
    future
}

/// Asserts that the second of two equal calls does not run the body.
macro_rules! assert_cached {
    ($call:expr, $expected:pat) => {{
        let ((first, second), stats) = crate::on_a_cache(async { ($call.await, $call.await) }).await;
        assert!(matches!(first, $expected), "first call");
        assert!(matches!(second, $expected), "second call");
        assert_eq!(stats.loads, 1, "{stats:?}");
    }};
}
use assert_cached;
