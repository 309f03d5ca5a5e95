//! All that is kept.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use foldhash::fast::RandomState;
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use super::changes::{Changes, Mark, Marks};
use super::entry::{Entry, Look, Terms};
use super::name::Name;
use crate::bounded::{DropUnlocked, MOST_SHARDS, by_bytes, heaviest};
use crate::clock::Tick;
use crate::key::Key;
use crate::store::Listener;
use crate::value::Opened;

/// What an entry costs beside its key and its value: the entry itself, what is known of it, the eviction lists.
const OVERHEAD: usize = 400;
/// A shard holds at least so many bytes, if there are so many: no entry is larger.
const SMALLEST_SHARD: u64 = 4 << 20;

/// Decoded values, bounded by the memory that they take. Takes none before it is used.
pub(crate) struct Near {
    capacity: u64,
    /// What all keys begin with.
    prefix: String,
    /// What the keys of tags begin with.
    tags: Key,
    everything: Key,
    table: OnceLock<Table>,
}

struct Table {
    entries: Cache<Name, Arc<Entry>, ByMemory, RandomState, DropUnlocked>,
    /// Of entries, and of tags: what is written to many entries is not to pass for a change of a tag.
    changes: Changes,
    tag_changes: Changes,
    /// How often the tag has changed that every entry has.
    clearings: AtomicU64,
    /// What one entry may weigh.
    heaviest: u64,
}

/// What had changed before a question was asked: a change that is told from then on is not missed.
pub(crate) struct Watch {
    key: Mark,
    marks: Marks,
}

#[derive(Clone)]
struct ByMemory;

type Evicted = Vec<(Name, Arc<Entry>)>;

/// A value that panics when it is dropped is nothing to whoever happens to drop it.
fn drop_all(evicted: Evicted) {
    for entry in evicted {
        let _ = catch_unwind(AssertUnwindSafe(|| drop(entry)));
    }
}

impl Weighter<Name, Arc<Entry>> for ByMemory {
    fn weight(&self, name: &Name, entry: &Arc<Entry>) -> u64 {
        weight(name.as_str(), entry.memory(), entry.marks())
    }
}

impl Near {
    /// Keeps `capacity` bytes at most, of entries in `namespace`.
    pub(crate) fn new(capacity: u64, namespace: &str) -> Self {
        let prefix = if namespace.is_empty() { String::new() } else { format!("{namespace}:") };
        let (tags, everything) = (Key::of_tag(namespace, ""), Key::of_everything(namespace));
        Self { capacity, prefix, tags, everything, table: OnceLock::new() }
    }

    /// What `take` takes of the entry that `look` is for, if it is kept, and nothing was told against it.
    pub(crate) fn get<T>(&self, look: Look<'_>, take: impl FnOnce(&Entry) -> Option<T>) -> Option<T> {
        let table = self.table.get()?;
        let entry = table.entries.get(look.text)?;
        table.serves(&entry, look).then(|| take(&entry)).flatten()
    }

    /// The part of `key` behind the namespace; none of a key of another one.
    pub(crate) fn text<'a>(&self, key: &'a Key) -> Option<&'a str> {
        key.as_str().strip_prefix(&*self.prefix)
    }

    /// To be called before the entry at `key` and the versions of its tags are asked for, which are kept at `tags` and written
    /// as `text`.
    pub(crate) fn watch(&self, key: &Key, tags: &[Key], text: &str) -> Watch {
        let table = self.table.get_or_init(|| Table::new(self.capacity));
        let marks = tags.iter().map(|tag| table.tag_changes.mark(tag.as_str().as_bytes())).collect();
        let marks = Marks::new(text, marks, table.clearings());
        Watch { key: table.changes.mark(key.as_str().as_bytes()), marks }
    }

    /// Keeps what was read under `watch`, unless something has changed since.
    pub(crate) fn keep(&self, key: &Key, watch: Watch, opened: &Opened, terms: Terms) {
        let (Some(table), Some(text)) = (self.table.get(), self.text(key)) else { return };
        // Where there is no room for it, it is not even cloned.
        if weight(text, opened.memory, &watch.marks) > table.heaviest {
            return;
        }
        let Some(entry) = Entry::new(opened, terms, watch.marks) else { return };
        let mut evicted = Evicted::new();
        table.entries.insert_with_lifecycle(Name::from(text), Arc::clone(&entry), &mut evicted);
        // After it was put there: a change that is told from now on removes it, and one that was told before is seen.
        if table.changes.stands(watch.key) {
            entry.becomes_true();
        } else {
            evicted.extend(table.entries.remove_if(text, |found| Arc::ptr_eq(found, &entry)));
        }
        drop_all(evicted);
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
        } else if key.starts_with(self.tags.as_str().as_bytes()) {
            table.tag_changes.note(key);
        } else {
            // Before it is removed: what is put there from now on is not believed.
            table.changes.note(key);
            let text = str::from_utf8(key).ok().and_then(|key| key.strip_prefix(&*self.prefix));
            drop_all(text.and_then(|text| table.entries.remove(text)).into_iter().collect());
        }
    }
}

impl Table {
    fn new(capacity: u64) -> Self {
        let options = by_bytes(capacity, (capacity / SMALLEST_SHARD).clamp(1, MOST_SHARDS));
        let entries = Cache::with_options(options, ByMemory, RandomState::default(), DropUnlocked);
        let heaviest = heaviest(entries.shard_capacity());
        let (changes, tag_changes) = (Changes::none(), Changes::none());
        Self { entries, heaviest, changes, tag_changes, clearings: AtomicU64::new(0) }
    }

    fn clearings(&self) -> u64 {
        self.clearings.load(Ordering::SeqCst)
    }

    fn serves(&self, entry: &Entry, look: Look<'_>) -> bool {
        let (Terms { reader, pledge, asked, end, .. }, marks, now) = (entry.terms(), entry.marks(), Tick::now());
        entry.is_true()
            && reader.is_like(look.reader)
            && marks.are_of(look.tags)
            && now < *end
            && now < asked.within(look.within)
            && pledge.holds(now)
            && marks.clearings == self.clearings()
            && marks.tags().iter().all(|mark| self.tag_changes.stands(*mark))
    }
}

fn weight(text: &str, memory: usize, marks: &Marks) -> u64 {
    (OVERHEAD + text.len() + memory + marks.memory()) as u64
}

impl fmt::Debug for Near {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (entries, bytes) = self.size();
        f.debug_struct("Near").field("entries", &entries).field("bytes", &bytes).finish_non_exhaustive()
    }
}
