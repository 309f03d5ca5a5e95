//! One value that is kept.

use std::any::Any;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::changes::Marks;
use crate::clock::{Instant, Tick};
use crate::store::Pledge;
use crate::value::{AnyValue, Content, Encoding, Meta, Opened, Value, ValueType};

/// What the store had at a key, decoded, in one piece with what is looked at before it is served.
pub(crate) struct Entry<T: ?Sized = dyn Any + Send + Sync> {
    terms: Terms,
    marks: Marks,
    /// Whether it was found that nothing had changed while it was under way. Before that, nobody may have it.
    is_true: AtomicBool,
    /// The bytes that the value takes in memory, about.
    memory: u32,
    value: T,
}

/// When an entry is an answer, and to whom.
#[derive(Clone, Debug)]
pub(crate) struct Terms {
    pub(crate) reader: Reader,
    pub(crate) pledge: Pledge,
    /// When the store was asked for it.
    pub(crate) asked: Tick,
    /// When its life in the store is over, at the latest.
    pub(crate) end: Tick,
    /// It is kept beyond its ttl, so that its age matters to all who read it.
    pub(crate) is_retained: bool,
    /// Behind a pointer, as few hits need it.
    pub(crate) life: Box<Life>,
}

/// What tells the age of an entry.
#[derive(Clone, Debug)]
pub(crate) struct Life {
    pub(crate) meta: Meta,
    /// When it is over in the store, at the latest. By the clock that the age in the store is told by: what is due here is to
    /// be due there.
    pub(crate) end: Instant,
}

/// What a caller looks for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look<'a> {
    /// The key without the namespace.
    pub(crate) text: &'a str,
    /// Its tags as it writes them. Whoever has others finds nothing of use.
    pub(crate) tags: &'a str,
    pub(crate) reader: Reader,
    /// How long ago the store may have been asked.
    pub(crate) within: Duration,
}

/// How something is read: whoever reads in another way finds nothing of use in it.
#[derive(Clone, Copy)]
pub(crate) struct Reader {
    pub(crate) value_type: &'static ValueType,
    pub(crate) encoding: Encoding,
    shelf: &'static Shelf,
}

/// How values of a type are kept, and taken again.
struct Shelf {
    put: fn(&AnyValue, usize, Terms, Marks) -> Option<Arc<Entry>>,
    take: fn(&Entry) -> Option<AnyValue>,
}

/// Stands for a value where there is none.
struct Absent;

impl Entry {
    pub(super) fn new(opened: &Opened, terms: Terms, marks: Marks) -> Option<Arc<Self>> {
        match &opened.content {
            Content::Value(value) => (terms.reader.shelf.put)(value, opened.memory, terms, marks),
            Content::Absent => Some(Arc::new(Entry::of(Absent, 0, terms, marks))),
        }
    }

    pub(super) fn marks(&self) -> &Marks {
        &self.marks
    }

    pub(super) fn memory(&self) -> usize {
        self.memory as usize
    }

    pub(crate) fn terms(&self) -> &Terms {
        &self.terms
    }

    /// The value, if it is one of the type.
    pub(crate) fn value<V: Value>(&self) -> Option<&V> {
        self.value.downcast_ref()
    }

    pub(crate) fn is_absent(&self) -> bool {
        self.value.is::<Absent>()
    }

    /// A copy of what is kept.
    pub(crate) fn content(&self) -> Option<Content> {
        if self.is_absent() {
            return Some(Content::Absent);
        }
        (self.terms.reader.shelf.take)(self).map(Content::Value)
    }

    pub(super) fn is_true(&self) -> bool {
        self.is_true.load(Ordering::Acquire)
    }

    pub(super) fn becomes_true(&self) {
        self.is_true.store(true, Ordering::Release);
    }
}

impl<T> Entry<T> {
    fn of(value: T, memory: usize, terms: Terms, marks: Marks) -> Self {
        let memory = u32::try_from(memory).unwrap_or(u32::MAX);
        Self { terms, marks, is_true: AtomicBool::new(false), memory, value }
    }
}

impl Reader {
    pub(crate) fn new<V: Value>(value_type: &'static ValueType, encoding: Encoding) -> Self {
        Self { value_type, encoding, shelf: Shelf::of::<V>() }
    }

    pub(super) fn is_like(self, other: Self) -> bool {
        self.encoding == other.encoding && self.value_type.reads_like(other.value_type)
    }
}

impl Shelf {
    fn of<V: Value>() -> &'static Self {
        const {
            &Self {
                put: |value, memory, terms, marks| {
                    let value = value.downcast_ref::<V>()?.clone();
                    Some(Arc::new(Entry::of(value, memory, terms, marks)))
                },
                take: |entry| Some(Arc::new(entry.value::<V>()?.clone())),
            }
        }
    }
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").field("value_type", self.value_type).finish_non_exhaustive()
    }
}
