//! All that is kept.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use foldhash::fast::RandomState;
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{OptionsBuilder, Weighter};

use super::changes::{Changes, Mark, Marks};
use super::entry::{Entry, Reader, Terms};
use super::name::Name;
use crate::clock::Tick;
use crate::key::Key;
use crate::store::Listener;
use crate::value::Opened;

/// What an entry costs beside its key and its value: the entry itself, what is known of it, the eviction lists.
const OVERHEAD: usize = 400;
/// What an entry is taken to weigh when the tables are laid out.
const TYPICAL: u64 = 1024;
/// A shard is a cache of its own, and holds at least so many bytes, if there are so many.
const SMALLEST_SHARD: u64 = 1 << 20;
/// More shards are no faster: few threads meet in one of so many.
const MOST_SHARDS: u64 = 64;

/// Decoded values, bounded by the memory that they take, least valuable first to leave
/// ([S3-FIFO](https://s3fifo.com) as `quick_cache` does it). Takes no memory before it is used.
pub(crate) struct Near {
    capacity: u64,
    /// What all keys begin with.
    prefix: String,
    everything: Key,
    table: OnceLock<Table>,
}

struct Table {
    entries: Cache<Name, Arc<Entry>, ByMemory, RandomState>,
    changes: Changes,
    /// How often the tag has changed that every entry has.
    clearings: AtomicU64,
}

/// What had changed before a question was asked: a change that is told from then on is not missed.
pub(crate) struct Watch {
    key: Mark,
    marks: Marks,
}

#[derive(Clone)]
struct ByMemory;

impl Weighter<Name, Arc<Entry>> for ByMemory {
    fn weight(&self, name: &Name, entry: &Arc<Entry>) -> u64 {
        (OVERHEAD + name.as_str().len() + entry.memory() + entry.marks().memory()) as u64
    }
}

impl Near {
    /// Keeps `capacity` bytes at most, of entries in `namespace`.
    pub(crate) fn new(capacity: u64, namespace: &str) -> Self {
        let prefix = if namespace.is_empty() { String::new() } else { format!("{namespace}:") };
        Self { capacity, prefix, everything: Key::of_everything(namespace), table: OnceLock::new() }
    }

    /// What `take` takes of the entry at `text` of the namespace, if it is kept for such a reader, and nothing was told
    /// against it.
    pub(crate) fn get<T>(
        &self,
        text: &str,
        reader: Reader,
        now: Tick,
        take: impl FnOnce(&Entry) -> Option<T>,
    ) -> Option<T> {
        let table = self.table.get()?;
        let entry = table.entries.get(text)?;
        (entry.terms().reader.is_like(reader) && table.serves(&entry, now)).then(|| take(&entry)).flatten()
    }

    /// The part of `key` behind the namespace; none of a key of another one.
    pub(crate) fn text<'a>(&self, key: &'a Key) -> Option<&'a str> {
        key.as_str().strip_prefix(&*self.prefix)
    }

    /// To be called before the entry at `key` and the versions of its tags are asked for.
    pub(crate) fn watch(&self, key: &Key, tags: &[Key]) -> Watch {
        let table = self.table.get_or_init(|| Table::new(self.capacity));
        let mark = |key: &Key| table.changes.mark(key.as_str().as_bytes());
        Watch { key: mark(key), marks: Marks::new(tags.iter().map(mark).collect(), table.clearings()) }
    }

    /// Keeps what was read under `watch`, unless something has changed since.
    pub(crate) fn keep(&self, key: &Key, watch: Watch, opened: &Opened, terms: Terms) {
        let (Some(table), Some(text)) = (self.table.get(), self.text(key)) else { return };
        let Some(entry) = Entry::new(opened, terms, watch.marks) else { return };
        table.entries.insert(Name::from(text), Arc::clone(&entry));
        // After it was put there: a change that is told from now on removes it, and one that was told before is seen.
        if table.changes.stands(watch.key) {
            entry.becomes_true();
        } else {
            table.entries.remove_if(text, |found| Arc::ptr_eq(found, &entry));
        }
    }

    /// How many entries there are, and the bytes that they take, about.
    pub(crate) fn size(&self) -> (usize, u64) {
        self.table.get().map_or((0, 0), |table| (table.entries.len(), table.entries.weight()))
    }
}

impl Listener for Near {
    fn changed(&self, key: &[u8]) {
        let Some(table) = self.table.get() else { return };
        if key == self.everything.as_str().as_bytes() {
            table.clearings.fetch_add(1, Ordering::SeqCst);
            return;
        }
        // Before it is removed: what is put there from now on is not believed.
        table.changes.note(key);
        let text = str::from_utf8(key).ok().and_then(|key| key.strip_prefix(&*self.prefix));
        let removed = text.and_then(|text| table.entries.remove(text));
        // A value that panics when it is dropped is nothing to the connection that tells of changes.
        let _ = catch_unwind(AssertUnwindSafe(|| drop(removed)));
    }
}

impl Table {
    fn new(capacity: u64) -> Self {
        let items = usize::try_from(capacity / TYPICAL).unwrap_or(usize::MAX).clamp(16, 1 << 20);
        let shards = (capacity / SMALLEST_SHARD).clamp(1, MOST_SHARDS);
        #[expect(clippy::expect_used, reason = "it fails only where a capacity is missing")]
        let options = OptionsBuilder::new()
            .shards(usize::try_from(shards).unwrap_or(1))
            .estimated_items_capacity(items)
            .weight_capacity(capacity)
            .build()
            .expect("both capacities are given");
        let entries = Cache::with_options(options, ByMemory, RandomState::default(), DefaultLifecycle::default());
        Self { entries, changes: Changes::none(), clearings: AtomicU64::new(0) }
    }

    fn clearings(&self) -> u64 {
        self.clearings.load(Ordering::SeqCst)
    }

    fn serves(&self, entry: &Entry, now: Tick) -> bool {
        let (Terms { pledge, deadline, .. }, marks) = (entry.terms(), entry.marks());
        entry.is_true()
            && now < *deadline
            && pledge.holds(now)
            && marks.clearings == self.clearings()
            && marks.tags().iter().all(|mark| self.changes.stands(*mark))
    }
}

impl fmt::Debug for Near {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (entries, bytes) = self.size();
        f.debug_struct("Near").field("entries", &entries).field("bytes", &bytes).finish_non_exhaustive()
    }
}
