//! The trait that a backend implements.

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use smallvec::{SmallVec, smallvec};

use super::feed::{Coherence, Listener, Pledge};
use super::returns::Returns;
use crate::error::Error;
use crate::key::Key;
use crate::value::Version;

/// What an operation of a store resolves to.
pub(crate) type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

/// The keys at which the versions of an entry's tags are kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tags<'a> {
    /// The tag that every entry of a namespace has.
    pub(crate) every: Option<&'a Key>,
    /// Those of this entry.
    pub(crate) own: &'a [Key],
}

impl<'a> Tags<'a> {
    pub(crate) const NONE: Self = Self { every: None, own: &[] };

    pub(crate) fn iter(self) -> impl Iterator<Item = &'a Key> {
        self.every.into_iter().chain(self.own)
    }

    pub(crate) fn len(self) -> usize {
        usize::from(self.every.is_some()) + self.own.len()
    }
}

/// What is asked about an entry, all of it in one round trip.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Query<'a> {
    pub(crate) key: &'a Key,
    /// Whether to ask how long the entry still lives.
    ///
    /// It is asked before the bytes are: an entry that takes the place of another in between only looks older than it is.
    pub(crate) life: bool,
    /// Whether the answer is to be kept, so that the listener has to be told when it is not true any more, of the tags as of
    /// the entry.
    pub(crate) keep: bool,
    /// The tags whose versions are asked for.
    pub(crate) tags: Tags<'a>,
}

/// What a store knows of an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    /// The bytes, if there are any and their time is not over. What is there but is no string is `None`.
    pub(crate) bytes: Option<Bytes>,
    /// How long it still lives; `None` where that was not asked, or where the entry has no end.
    pub(crate) life: Option<Duration>,
    /// The versions of the tags, in the order of the question; `None` for one that nobody uses.
    pub(crate) tags: SmallVec<[Option<Version>; 2]>,
    /// The word that changes of all this are told; `None` where that was not asked, or cannot be had.
    pub(crate) pledge: Option<Pledge>,
}

impl Found {
    /// Nothing, where this many tags were asked for.
    pub(crate) fn nothing(tags: usize) -> Self {
        Self { tags: smallvec![None; tags], ..Self::default() }
    }
}

/// A place where bytes are kept under a key for some time.
///
/// Each operation answers within `within`, whatever the network does: a later answer is a
/// [`Timeout`](crate::ErrorKind::Timeout). Dropping the future of an operation is safe at any point; the operation may
/// happen all the same, at any later time. Operations that one task awaits one after the other take effect in that order.
/// Those that compare do it in one step with what they do then. An operation may be sent again when a connection breaks
/// under it, but never [`set`](Self::set), [`add`](Self::add) and [`use_tags`](Self::use_tags): bytes that were put once and
/// removed must not come back.
/// One that compares and was sent twice may answer `false` although it was done.
///
/// What [`set`](Self::set), [`remove`](Self::remove) and, where an entry was there, [`replace`](Self::replace) and
/// [`remove_if`](Self::remove_if) have done is told to whoever [listens](Self::listen), in whatever process: they are done when
/// it is sent off.
pub(crate) trait Store: Debug + Send + Sync {
    /// What is known of an entry.
    fn get<'a>(&'a self, query: Query<'a>, within: Duration) -> Answer<'a, Found>;

    /// Puts `bytes` at `key` for `ttl`, in one step, whatever was there.
    fn set<'a>(&'a self, key: &'a Key, bytes: Bytes, ttl: Duration, within: Duration) -> Answer<'a, ()>;

    /// Puts `bytes` at `key` for `ttl` if there is nothing. `false`: there is something. A store that drops entries for space
    /// spares these, as long as nothing takes their place.
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

    /// Waits until what is at `key` does not begin with `seen` any more, for `within` at most. May return before that: the
    /// caller looks again. Where nobody tells the store of a change, it asks now and then.
    fn changed<'a>(&'a self, key: &'a Key, seen: &'a [u8], within: Duration) -> Answer<'a, ()>;

    /// The versions of `tags`, those of the entry at `key`, each of which is put in use for `ttl` from now at least. One that
    /// would have lived longer still does. The tag of every entry may have another version for another entry.
    fn use_tags<'a>(
        &'a self,
        key: &'a Key,
        tags: Tags<'a>,
        ttl: Duration,
        within: Duration,
    ) -> Answer<'a, Vec<Version>>;

    /// How often the store has come back. `None`: it is never gone, and always the same.
    fn returns(&self) -> Option<Arc<Returns>> {
        None
    }

    /// Tells `listener` from now on what has changed of what was read to be kept. To be called once. `false`: it never gives
    /// its word, as one in this process, of which nothing need be kept in it once more.
    fn listen(&self, _listener: Arc<dyn Listener>) -> bool {
        false
    }

    /// How changes are told just now, on whatever runtime.
    fn coherence(&self) -> Coherence {
        Coherence::None
    }

    /// Whether questions are not even sent just now, on any runtime, because nobody would answer.
    fn is_out_of_reach(&self) -> bool {
        false
    }

    /// Whether the store answers.
    fn ping(&self, within: Duration) -> Answer<'_, ()>;

    /// Closes connections. Using the store again opens them again.
    fn close(&self) -> Answer<'_, ()>;
}
