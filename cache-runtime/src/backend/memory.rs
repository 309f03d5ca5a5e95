//! The embedded store: bytes in this process, bounded, with a deadline each.

use std::fmt;
use std::future::ready;
use std::time::Duration;

use bytes::Bytes;
use quick_cache::Weighter;
use quick_cache::sync::{Cache, DefaultLifecycle};

use crate::clock::{self, Instant};
use crate::key::Key;
use crate::store::{Answer, Store};

/// What an entry costs beside its bytes, roughly: the key inline, the deadline, the eviction lists.
const OVERHEAD: u64 = 200;
/// What an entry is taken to weigh when the tables are laid out.
const TYPICAL: u64 = 1024;

/// The store behind `memory://`.
///
/// Entries leave it when their time is over and they are asked for, or when it is full, least valuable first
/// ([S3-FIFO](https://s3fifo.com) as `quick_cache` does it): an entry nobody asks for cannot hold memory beyond the bound.
pub(crate) struct MemoryStore {
    entries: Cache<Key, Entry, ByBytes, foldhash::fast::RandomState>,
}

#[derive(Clone)]
struct Entry {
    bytes: Bytes,
    /// `None` is beyond what the clock can tell.
    deadline: Option<Instant>,
}

#[derive(Clone)]
struct ByBytes;

impl Weighter<Key, Entry> for ByBytes {
    fn weight(&self, key: &Key, entry: &Entry) -> u64 {
        OVERHEAD + (key.as_str().len() + entry.bytes.len()) as u64
    }
}

impl MemoryStore {
    /// An empty store that holds `capacity` bytes at most.
    pub(crate) fn new(capacity: u64) -> Self {
        let items = usize::try_from(capacity / TYPICAL).unwrap_or(usize::MAX).clamp(16, 1 << 20);
        let hasher = foldhash::fast::RandomState::default();
        Self { entries: Cache::with(items, capacity, ByBytes, hasher, DefaultLifecycle::default()) }
    }

    fn live(&self, key: &Key) -> Option<Bytes> {
        let entry = self.entries.get(key)?;
        if entry.deadline.is_none_or(|deadline| clock::now() < deadline) {
            return Some(entry.bytes);
        }
        self.entries.remove_if(key, |found| found.deadline == entry.deadline);
        None
    }
}

impl Store for MemoryStore {
    fn get<'a>(&'a self, key: &'a Key, _within: Duration) -> Answer<'a, Option<Bytes>> {
        Box::pin(ready(Ok(self.live(key))))
    }

    fn set<'a>(&'a self, key: &'a Key, bytes: Bytes, ttl: Duration, _within: Duration) -> Answer<'a, ()> {
        self.entries.insert(key.clone(), Entry { bytes, deadline: clock::now().checked_add(ttl) });
        Box::pin(ready(Ok(())))
    }

    fn remove<'a>(&'a self, key: &'a Key, _within: Duration) -> Answer<'a, ()> {
        self.entries.remove(key);
        Box::pin(ready(Ok(())))
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
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::conformance;

    const SOON: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn conforms_to_the_port() {
        conformance::suite(&MemoryStore::new(64 << 20), tokio::time::advance).await;
    }

    #[tokio::test]
    async fn never_holds_more_than_its_capacity() {
        let store = MemoryStore::new(1 << 20);
        for index in 0..5_000_u32 {
            let key = Key::new("bound", &index.to_string());
            let size = usize::try_from(index % 4_000).unwrap();
            store.set(&key, Bytes::from(vec![1; size]), SOON, SOON).await.unwrap();
            assert!(store.entries.weight() <= 1 << 20);
        }
        assert!(store.entries.len() > 100);
    }

    #[tokio::test]
    async fn a_value_larger_than_the_store_is_not_kept_and_drives_nothing_out() {
        let store = MemoryStore::new(64 << 10);
        let (small, large) = (Key::new("", "small"), Key::new("", "large"));
        store.set(&small, Bytes::from_static(b"x"), SOON, SOON).await.unwrap();
        store.set(&large, Bytes::from(vec![0; 1 << 20]), SOON, SOON).await.unwrap();
        assert!(store.get(&large, SOON).await.unwrap().is_none());
        assert!(store.get(&small, SOON).await.unwrap().is_some());
    }

    #[tokio::test]
    async fn an_overwrite_that_is_too_large_leaves_no_older_value_behind() {
        let (store, key) = (MemoryStore::new(64 << 10), Key::new("", "grown"));
        store.set(&key, Bytes::from_static(b"old"), SOON, SOON).await.unwrap();
        store.set(&key, Bytes::from(vec![0; 1 << 20]), SOON, SOON).await.unwrap();
        assert!(store.get(&key, SOON).await.unwrap().is_none());
    }
}
