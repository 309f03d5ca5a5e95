//! The trait that a backend implements.

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;

use crate::error::Error;
use crate::key::Key;
use crate::value::Version;

/// What an operation of a store resolves to.
pub(crate) type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

/// What is asked about an entry, all of it in one round trip.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Query<'a> {
    pub(crate) key: &'a Key,
    /// Whether to ask how long the entry still lives.
    ///
    /// It is asked before the bytes are: an entry that takes the place of another in between only looks older than it is.
    pub(crate) life: bool,
    /// The keys of the tags whose versions are asked for.
    pub(crate) tags: &'a [Key],
}

/// What a store knows of an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    /// The bytes, if there are any and their time is not over. What is there but is no string is `None`.
    pub(crate) bytes: Option<Bytes>,
    /// How long it still lives; `None` where that was not asked, or where the entry has no end.
    pub(crate) life: Option<Duration>,
    /// The versions of the tags, in the order of the question; `None` for one that nobody uses.
    pub(crate) tags: Vec<Option<Version>>,
}

impl Found {
    /// Nothing, where this many tags were asked for.
    pub(crate) fn nothing(tags: usize) -> Self {
        Self { bytes: None, life: None, tags: vec![None; tags] }
    }
}

/// A place where bytes are kept under a key for some time.
///
/// Each operation answers within `within`, whatever the network does: a later answer is a
/// [`Timeout`](crate::ErrorKind::Timeout). Dropping the future of an operation is safe at any point; the operation may
/// happen all the same. Operations that one task awaits one after the other take effect in that order. Those that compare
/// do it in one step with what they do then. One that the network made a store repeat may answer `false` although it was
/// done.
pub(crate) trait Store: Debug + Send + Sync {
    /// What is known of an entry.
    fn get<'a>(&'a self, query: Query<'a>, within: Duration) -> Answer<'a, Found>;

    /// Puts `bytes` at `key` for `ttl`, in one step, whatever was there.
    fn set<'a>(&'a self, key: &'a Key, bytes: Bytes, ttl: Duration, within: Duration) -> Answer<'a, ()>;

    /// Puts `bytes` at `key` for `ttl` if there is nothing. `false`: there is something.
    fn add<'a>(&'a self, key: &'a Key, bytes: Bytes, ttl: Duration, within: Duration) -> Answer<'a, bool>;

    /// Puts `bytes` at `key` for `ttl` if what is there begins with `expected`. `false`: it does not.
    fn replace<'a>(
        &'a self,
        key: &'a Key,
        expected: &'a [u8],
        bytes: Bytes,
        ttl: Duration,
        within: Duration,
    ) -> Answer<'a, bool>;

    /// Leaves nothing at `key`.
    fn remove<'a>(&'a self, key: &'a Key, within: Duration) -> Answer<'a, ()>;

    /// Leaves nothing at `key` if what is there begins with `expected`. `false`: it does not.
    fn remove_if<'a>(&'a self, key: &'a Key, expected: &'a [u8], within: Duration) -> Answer<'a, bool>;

    /// The versions of `tags`, each of which is put in use for `ttl` from now.
    fn use_tags<'a>(&'a self, tags: &'a [Key], ttl: Duration, within: Duration) -> Answer<'a, Vec<Version>>;

    /// Whether the store answers.
    fn ping(&self, within: Duration) -> Answer<'_, ()>;

    /// Closes connections. Using the store again opens them again.
    fn close(&self) -> Answer<'_, ()>;
}
