//! Read-through caching for async functions.
//!
//! ```
//! use cache_runtime::read_through;
//!
//! # #[derive(Clone, serde::Serialize, serde::Deserialize)] struct User { name: String }
//! # #[derive(Debug)] struct DbError;
//! #[read_through(key = "user:{id}", ttl = 60)]
//! async fn get_user(id: u64) -> Result<User, DbError> {
//!     // asked only when the cache has no value
//! #   Ok(User { name: format!("user {id}") })
//! }
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! get_user(7).await?; // the store, else the body
//! get_user::invalidate(7).await.unwrap(); // checked by the compiler, no key strings
//! # Ok::<_, DbError>(()) }).unwrap();
//! ```
//!
//! [`macro@read_through`] documents the attribute, [`Cache`] the cache behind it, and the [`guide`] says what to do with both.

mod attribute;
mod backend;
mod background;
mod bounded;
mod cache;
mod catalogue;
mod chore;
mod clock;
mod engine;
mod error;
mod flight;
mod global;
#[cfg(doc)]
pub mod guide;
#[cfg(test)]
mod interleavings;
mod key;
#[cfg(test)]
mod layers;
mod mode;
mod near;
mod observe;
mod policy;
mod random;
mod scope;
mod spec;
mod store;
#[cfg(any(test, feature = "test-util"))]
pub mod testing;
mod value;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use cache_macro::{invalidates, read_through, write_through};

pub use attribute::Pending;
pub use backend::{Credentials, Login, LoginFuture, Tls};
pub use cache::{Cache, CacheBuilder, Loads};
pub use catalogue::{AnnotatedFunction, Catalogue, KeyConflict, KeyConflicts, catalogue};
pub use engine::ReturnsMany;
pub use error::{Error, ErrorKind};
pub use global::{global, init, shutdown};
pub use key::{IntoKey, Key, KeyPart, PartWriter};
pub use mode::{bypass, refreshing};
pub use observe::{Outcome, Outcomes, Stats, observed};
pub use policy::Policy;
pub use scope::with_cache;
pub use store::{Coherence, NearFeed};
pub use value::{Codec, CodecError, CustomCodec, Value};

#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
