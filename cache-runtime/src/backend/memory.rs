//! The embedded store: bytes in this process, bounded, with a deadline each.

use std::fmt;
use std::future::ready;
use std::hash::BuildHasher;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use quick_cache::sync::Cache;
use quick_cache::{Lifecycle, Weighter};
use tokio::sync::Notify;

use crate::bounded::{MOST_SHARDS, by_bytes, heaviest};
use crate::clock::{self, Instant};
use crate::error::{Error, ErrorKind};
use crate::key::Key;
use crate::random;
use crate::store::{Answer, Found, Query, Store, Tags};
use crate::value::Version;

/// What an entry costs beside its bytes, roughly: the key inline, the deadline, the eviction lists.
const OVERHEAD: u64 = 200;
/// A key that is longer than this takes its room from the largest value.
const LONG_KEY: u64 = 4096;
/// So many keys can be written at the same time, if chance wills.
const WRITERS: usize = 64;

/// The store behind `memory://`.
///
/// Entries leave it when their time is over and they are asked for, or when it is full, least valuable first
/// ([S3-FIFO](https://s3fifo.com) as `quick_cache` does it): an entry nobody asks for cannot hold memory beyond the bound.
pub(crate) struct MemoryStore {
    entries: Cache<Key, Entry, ByBytes, foldhash::fast::RandomState, SpareThoseAdded>,
    /// What one entry may weigh. `None` in a store without room, which drops everything and complains about nothing.
    heaviest: Option<u64>,
    /// Writers of one key take turns.
    writers: [Mutex<()>; WRITERS],
    /// Rung after each change of a key, for whoever waits for one.
    bells: [Notify; WRITERS],
    hasher: foldhash::fast::RandomState,
}

#[derive(Clone)]
struct Entry {
    bytes: Bytes,
    /// `None` is beyond what the clock can tell.
    deadline: Option<Instant>,
    /// Not to be dropped for space.
    is_spared: bool,
}

impl Entry {
    fn new(bytes: Bytes, ttl: Duration) -> Self {
        Self { bytes, deadline: clock::now().checked_add(ttl), is_spared: false }
    }

    /// Whether it lives at least as long as the other one.
    fn outlives(&self, other: &Self) -> bool {
        self.deadline.is_none_or(|deadline| other.deadline.is_some_and(|other| other <= deadline))
    }

    fn is_live(&self) -> bool {
        self.deadline.is_none_or(|deadline| clock::now() < deadline)
    }
}

/// What was added stands for a load in progress, and is as many bytes as nothing.
#[derive(Clone, Default)]
struct SpareThoseAdded;

impl Lifecycle<Key, Entry> for SpareThoseAdded {
    type RequestState = ();

    fn is_pinned(&self, _key: &Key, entry: &Entry) -> bool {
        entry.is_spared && entry.is_live()
    }
}

#[derive(Clone)]
struct ByBytes;

impl Weighter<Key, Entry> for ByBytes {
    fn weight(&self, key: &Key, entry: &Entry) -> u64 {
        OVERHEAD + (key.as_str().len() + entry.bytes.len()) as u64
    }
}

impl MemoryStore {
    /// An empty store that holds `capacity` bytes at most, if need be in one value.
    pub(crate) fn new(capacity: u64) -> Self {
        Self::for_values(usize::MAX, capacity)
    }

    /// An empty store that holds `capacity` bytes at most, in values of up to `largest` bytes where that is possible.
    pub(crate) fn for_values(largest: usize, capacity: u64) -> Self {
        let options = by_bytes(capacity, shards(largest, capacity));
        let hasher = foldhash::fast::RandomState::default();
        let entries = Cache::with_options(options, ByBytes, hasher, SpareThoseAdded);
        let heaviest = (capacity > 0).then(|| heaviest(entries.shard_capacity()));
        Self {
            entries,
            heaviest,
            writers: [const { Mutex::new(()) }; WRITERS],
            bells: [const { Notify::const_new() }; WRITERS],
            hasher: foldhash::fast::RandomState::default(),
        }
    }

    fn put(&self, key: &Key, entry: Entry) -> Result<(), Error> {
        let weight = ByBytes.weight(key, &entry);
        match self.heaviest {
            Some(heaviest) if weight > heaviest => {
                // What is not kept must not leave an older value behind.
                self.entries.remove(key);
                Err(Error::new(
                    ErrorKind::Unstorable,
                    format!("an entry of {weight} bytes does not fit into `near_capacity`; at most {heaviest} do"),
                ))
            }
            _ => {
                self.entries.insert(key.clone(), entry);
                Ok(())
            }
        }
    }

    fn live(&self, key: &Key) -> Option<Entry> {
        let entry = self.entries.get(key)?;
        if entry.is_live() {
            return Some(entry);
        }
        self.entries.remove_if(key, |found| found.deadline == entry.deadline);
        None
    }

    fn begins_with(&self, key: &Key, expected: &[u8]) -> bool {
        self.live(key).is_some_and(|entry| entry.bytes.starts_with(expected))
    }

    fn version(&self, tag: &Key) -> Option<Version> {
        self.live(tag)?.bytes.as_ref().try_into().ok()
    }

    /// The version of `tag`, old or new, which is kept for `ttl` from now, or longer.
    fn use_tag(&self, tag: &Key, ttl: Duration) -> Result<Version, Error> {
        let _writing = self.writing(tag);
        let used = self.live(tag).and_then(|entry| Some((Version::try_from(entry.bytes.as_ref()).ok()?, entry)));
        let version = match &used {
            Some((version, _)) => *version,
            None => random::bytes()?,
        };
        let entry = Entry::new(Bytes::copy_from_slice(&version), ttl);
        if !used.is_some_and(|(_, used)| used.outlives(&entry)) {
            self.put(tag, entry)?;
        }
        Ok(version)
    }

    /// Held by whoever writes `key`, so that nothing comes between a comparison and what is done then.
    fn writing(&self, key: &Key) -> Writing<'_> {
        let (turns, bell) = self.stripe(key);
        Writing { _turn: turns.lock().unwrap_or_else(PoisonError::into_inner), bell }
    }

    #[expect(
        clippy::indexing_slicing,
        clippy::cast_possible_truncation,
        reason = "the index is a remainder of the length"
    )]
    fn stripe(&self, key: &Key) -> (&Mutex<()>, &Notify) {
        let stripe = self.hasher.hash_one(key) as usize % WRITERS;
        (&self.writers[stripe], &self.bells[stripe])
    }
}

/// The turn of one writer. Whoever waits for a change looks when it is over.
struct Writing<'a> {
    _turn: MutexGuard<'a, ()>,
    bell: &'a Notify,
}

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        self.bell.notify_waiters();
    }
}

/// As many shards as leave room for a value of `largest` bytes in each, and at least one.
///
/// A shard is a cache of its own: no entry is larger than a shard.
fn shards(largest: usize, capacity: u64) -> u64 {
    let needed = (largest as u64).saturating_add(OVERHEAD + LONG_KEY);
    let mut shards = MOST_SHARDS;
    while shards > 1 && heaviest(capacity / shards) < needed {
        shards /= 2;
    }
    shards
}

impl Store for MemoryStore {
    fn get<'a>(&'a self, query: Query<'a>, _within: Duration) -> Answer<'a, Found> {
        let entry = self.live(query.key);
        let life = entry.as_ref().filter(|_| query.life).and_then(|entry| entry.deadline).map(clock::until);
        let tags = query.tags.iter().map(|tag| self.version(tag)).collect();
        Box::pin(ready(Ok(Found { bytes: entry.map(|entry| entry.bytes), life, tags, pledge: None })))
    }

    fn set<'a>(&'a self, key: &'a Key, bytes: Bytes, ttl: Duration, _within: Duration) -> Answer<'a, ()> {
        let _writing = self.writing(key);
        Box::pin(ready(self.put(key, Entry::new(bytes, ttl))))
    }

    fn add<'a>(&'a self, key: &'a Key, bytes: Bytes, ttl: Duration, _within: Duration) -> Answer<'a, bool> {
        let _writing = self.writing(key);
        let added = match self.live(key) {
            Some(_) => Ok(false),
            None => self.put(key, Entry { is_spared: true, ..Entry::new(bytes, ttl) }).map(|()| true),
        };
        Box::pin(ready(added))
    }

    fn replace<'a>(
        &'a self,
        key: &'a Key,
        expected: &'a [u8],
        bytes: Bytes,
        ttl: Duration,
        _within: Duration,
    ) -> Answer<'a, bool> {
        let _writing = self.writing(key);
        let replaced = match self.live(key) {
            Some(old) if old.bytes.starts_with(expected) => {
                // A lease that is renewed stays what it is.
                let is_spared = old.is_spared && old.bytes == bytes;
                self.put(key, Entry { is_spared, ..Entry::new(bytes, ttl) }).map(|()| true)
            }
            // Without room nothing is kept, and nobody is to take that for an invalidation.
            None if self.heaviest.is_none() => Ok(true),
            _ => Ok(false),
        };
        Box::pin(ready(replaced))
    }

    fn remove<'a>(&'a self, key: &'a Key, _within: Duration) -> Answer<'a, ()> {
        let _writing = self.writing(key);
        self.entries.remove(key);
        Box::pin(ready(Ok(())))
    }

    fn remove_if<'a>(&'a self, key: &'a Key, expected: &'a [u8], _within: Duration) -> Answer<'a, bool> {
        let _writing = self.writing(key);
        let is_it = self.begins_with(key, expected);
        if is_it {
            self.entries.remove(key);
        }
        Box::pin(ready(Ok(is_it)))
    }

    fn changed<'a>(&'a self, key: &'a Key, seen: &'a [u8], within: Duration) -> Answer<'a, ()> {
        Box::pin(async move {
            let mut rung = pin!(self.stripe(key).1.notified());
            // From here on no change is missed.
            rung.as_mut().enable();
            if self.begins_with(key, seen) {
                let _ = clock::at_most(within, rung).await;
            }
            Ok(())
        })
    }

    fn use_tags<'a>(
        &'a self,
        _key: &'a Key,
        tags: Tags<'a>,
        ttl: Duration,
        _within: Duration,
    ) -> Answer<'a, Vec<Version>> {
        Box::pin(ready(tags.iter().map(|tag| self.use_tag(tag, ttl)).collect()))
    }

    fn ping(&self, _within: Duration) -> Answer<'_, ()> {
        Box::pin(ready(Ok(())))
    }

    fn close(&self) -> Answer<'_, ()> {
        Box::pin(ready(Ok(())))
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore")
            .field("entries", &self.entries.len())
            .field("bytes", &self.entries.weight())
            .field("capacity", &self.entries.capacity())
            .field("heaviest", &self.heaviest)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
