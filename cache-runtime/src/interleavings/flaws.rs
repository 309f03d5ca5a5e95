//! Rules that are broken on purpose, most of them by a store: what the rounds must notice.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::error::Error;
use crate::key::Key;
use crate::store::{Answer, Found, Query, Returns, Store, Tags};
use crate::value::Version;

/// The rule that is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    /// What takes the place of a lease does not look whether the lease is still there.
    FillsWithoutLooking,
    /// What takes the place of a value does not look whether the value is still there.
    ReloadsWithoutLooking,
    /// The version of a tag is the same again after the tag was removed.
    TagsComeBack,
    /// What is told while an answer is under way is not heard, as by who believes whatever answer comes.
    DeafWhileReading,
    /// What is kept is not forgotten when one of its tags changes.
    DeafToTags,
    /// What is kept is not forgotten when everything changes at once.
    DeafToFlushes,
    /// That changes are told is known when an answer is there, and not before it is asked for.
    PledgesAfterTheAnswer,
    /// That changes are told holds whatever becomes of the connection.
    PledgesForGood,
    /// What takes the place of a lease is content with whatever is there for another entry of the same call: as if all of them
    /// stood and fell together.
    FillsAllOrNone,
    /// What is kept is forgotten before it is removed in the store, and not once more after that.
    ForgetsTooEarly,
}

/// Whether a value is to take the place of a lease.
fn is_fill(expected: &[u8], bytes: &[u8]) -> bool {
    expected.first() == Some(&b'P') && bytes.first() == Some(&b'V')
}

/// A store with a flaw, if it is one that is in the store itself.
#[derive(Debug)]
pub(super) struct Flawed {
    pub(super) inner: Arc<dyn Store>,
    pub(super) flaw: Flaw,
    /// The key of the first entry.
    pub(super) first: Key,
}

impl Flawed {
    fn looks_away(&self, expected: &[u8], bytes: &[u8]) -> bool {
        let letter = match self.flaw {
            Flaw::FillsWithoutLooking => b'P',
            Flaw::ReloadsWithoutLooking => b'V',
            _ => return false,
        };
        expected.first() == Some(&letter) && bytes.first() == Some(&b'V')
    }
}

impl Store for Flawed {
    fn get<'a>(&'a self, query: Query<'a>, within: Duration) -> Answer<'a, Found> {
        self.inner.get(query, within)
    }

    fn set<'a>(&'a self, key: &'a Key, bytes: Bytes, ttl: Duration, within: Duration) -> Answer<'a, ()> {
        self.inner.set(key, bytes, ttl, within)
    }

    fn add<'a>(&'a self, key: &'a Key, bytes: Bytes, ttl: Duration, within: Duration) -> Answer<'a, bool> {
        self.inner.add(key, bytes, ttl, within)
    }

    fn replace<'a>(
        &'a self,
        key: &'a Key,
        expected: &'a [u8],
        bytes: Bytes,
        ttl: Duration,
        within: Duration,
    ) -> Answer<'a, bool> {
        if self.looks_away(expected, &bytes) {
            return Box::pin(async move { self.inner.set(key, bytes, ttl, within).await.map(|()| true) });
        }
        if self.flaw == Flaw::FillsAllOrNone && is_fill(expected, &bytes) && *key != self.first {
            return Box::pin(async move {
                let query = Query { key: &self.first, life: false, keep: false, tags: Tags::NONE };
                if self.inner.get(query, within).await?.bytes.is_some() {
                    return self.inner.set(key, bytes, ttl, within).await.map(|()| true);
                }
                self.inner.replace(key, expected, bytes, ttl, within).await
            });
        }
        self.inner.replace(key, expected, bytes, ttl, within)
    }

    fn remove<'a>(&'a self, key: &'a Key, within: Duration) -> Answer<'a, ()> {
        self.inner.remove(key, within)
    }

    fn remove_if<'a>(&'a self, key: &'a Key, expected: &'a [u8], within: Duration) -> Answer<'a, bool> {
        self.inner.remove_if(key, expected, within)
    }

    fn changed<'a>(&'a self, key: &'a Key, seen: &'a [u8], within: Duration) -> Answer<'a, ()> {
        self.inner.changed(key, seen, within)
    }

    fn returns(&self) -> Option<Arc<Returns>> {
        self.inner.returns()
    }

    fn use_tags<'a>(
        &'a self,
        key: &'a Key,
        tags: Tags<'a>,
        ttl: Duration,
        within: Duration,
    ) -> Answer<'a, Vec<Version>> {
        if self.flaw != Flaw::TagsComeBack {
            return self.inner.use_tags(key, tags, ttl, within);
        }
        Box::pin(async move {
            let same = Version::default();
            for tag in tags.iter() {
                self.inner.set(tag, Bytes::copy_from_slice(&same), ttl, within).await?;
            }
            Ok::<_, Error>(vec![same; tags.len()])
        })
    }

    fn ping(&self, within: Duration) -> Answer<'_, ()> {
        self.inner.ping(within)
    }

    fn close(&self) -> Answer<'_, ()> {
        self.inner.close()
    }
}
