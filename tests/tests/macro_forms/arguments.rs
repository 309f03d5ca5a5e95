//! The other arguments of the attribute, all of them at once, and other attributes beside it.

use ::std::sync::LazyLock;
use ::std::time::Duration;

use cache_runtime as reexported;
use cache_runtime::{Cache, CodecError, CustomCodec, read_through};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{User, assert_cached, memory, on_a_cache};
pub use crate::{core, std};

const JITTER: f64 = 0.1;
const NEGATIVE: Duration = Duration::from_secs(5);

/// A ttl known only at the call, and everything that is fixed.
#[read_through(
    key = "all:{seconds}",
    ttl = Duration::from_secs(seconds),
    jitter = JITTER,
    negative_ttl = NEGATIVE,
    codec = json,
    version = 1 + 1,
    companions = all_cache,
    crate = reexported
)]
#[tracing::instrument]
#[cfg(not(any()))]
pub async fn all(seconds: u64) -> Option<User> {
    Some(User::new(seconds, "all"))
}

/// Is not there, and nor are its companions.
#[read_through(key = "never", ttl = 60)]
#[cfg(any())]
pub async fn never() -> Nothing {}

#[tokio::test]
async fn every_argument_and_other_attributes() {
    assert_cached!(all(7), Some(User { .. }));
    on_a_cache(async { all_cache::invalidate(7).await.unwrap() }).await;
}

/// A codec that the library does not know.
#[derive(Debug)]
pub struct Json;

impl CustomCodec for Json {
    const NAME: &'static str = "test-json";
    const HUMAN_READABLE: bool = true;

    fn encode<T: Serialize>(value: &T, out: &mut Vec<u8>) -> Result<(), CodecError> {
        serde_json::to_writer(out, value).map_err(|_| CodecError::new("not json"))
    }

    fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, CodecError> {
        serde_json::from_slice(bytes).map_err(|_| CodecError::new("not json"))
    }
}

/// Another cache.
static REPORTS: LazyLock<Cache> = LazyLock::new(memory);

/// In another cache, by a codec of its own.
#[read_through(key = "report:{id}", ttl = 60, codec = Json, cache = REPORTS)]
pub async fn report(id: u64) -> User {
    User::new(id, "report")
}

#[tokio::test]
async fn another_cache_and_codec() {
    report(7).await;
    report(7).await;
    assert_eq!(REPORTS.stats().loads, 1);
    assert_eq!(report::peek(7).await, Some(User::new(7, "report")));
    report::put(7, &User::new(7, "put")).await.unwrap();
    assert_eq!(report(7).await.name, "put");
    report::invalidate(7).await.unwrap();
}
