//! The trait that a backend implements.

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;

use crate::error::Error;
use crate::key::Key;

/// What an operation of a store resolves to.
pub(crate) type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

/// A place where bytes are kept under a key for some time.
///
/// Each operation answers within `within`, whatever the network does: a later answer is a
/// [`Timeout`](crate::ErrorKind::Timeout). Dropping the future of an operation is safe at any point; the operation may
/// happen all the same. Operations that one task awaits one after the other take effect in that order.
///
/// The verbs of a lease (acquire when absent, replace and remove by comparison) belong to this trait as well.
pub(crate) trait Store: Debug + Send + Sync {
    /// The bytes at `key`, if there are any and their time is not over. What is there but is no string is `None`.
    fn get<'a>(&'a self, key: &'a Key, within: Duration) -> Answer<'a, Option<Bytes>>;

    /// Puts `bytes` at `key` for `ttl`, in one step, whatever was there.
    fn set<'a>(&'a self, key: &'a Key, bytes: Bytes, ttl: Duration, within: Duration) -> Answer<'a, ()>;

    /// Leaves nothing at `key`.
    fn remove<'a>(&'a self, key: &'a Key, within: Duration) -> Answer<'a, ()>;

    /// Whether the store answers.
    fn ping(&self, within: Duration) -> Answer<'_, ()>;

    /// Closes connections. Using the store again opens them again.
    fn close(&self) -> Answer<'_, ()>;
}
