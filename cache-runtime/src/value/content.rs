//! What goes into an envelope, and what comes out of it.

use std::{any::Any, sync::Arc, time::Duration};

use serde::{Serialize, de::DeserializeOwned};
use smallvec::SmallVec;

use super::{Codec, guard::MAX_PAYLOAD};

/// What a cached value must be: serializable both ways, cheap to hand out, free of borrows.
///
/// There is nothing to implement: every type with the bounds is a `Value`.
/// An `Arc<T>` is one when serde's feature `rc` is enabled.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be cached",
    label = "a cached value must be `Serialize + DeserializeOwned + Clone + Send + Sync + 'static`",
    note = "derive `serde::Serialize`, `serde::Deserialize` and `Clone`; for an `Arc` or an `Rc` inside, enable the feature `rc` of serde"
)]
pub trait Value: Serialize + DeserializeOwned + Clone + Send + Sync + 'static {}

impl<T: Serialize + DeserializeOwned + Clone + Send + Sync + 'static> Value for T {}

/// A value of a type that the `ValueType` beside it knows.
pub(crate) type AnyValue = Arc<dyn Any + Send + Sync>;

/// What an entry holds.
#[derive(Debug, Clone)]
pub(crate) enum Content {
    /// A value.
    Value(AnyValue),
    /// The remembered `None`: the origin was asked and had nothing.
    Absent,
}

/// How a call wants its value written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Encoding {
    /// The built-in codec. A type with a codec of its own does not look at it, and no other type
    /// can be stored with `None`, which is all there is when no codec is compiled in.
    pub(crate) codec: Option<Codec>,
    /// Bumped by hand to abandon what is stored.
    pub(crate) version: u32,
}

/// The bytes that name one fill of an entry, or one generation of a tag: random, never used twice.
pub(crate) type Version = [u8; 16];

/// The facts about a fill that its readers need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Meta {
    /// How long the value is fresh.
    pub(crate) ttl: Duration,
    /// How long past that the entry is kept, for whoever can do with an old value.
    pub(crate) retention: Duration,
    /// What the load cost.
    pub(crate) load_time: Duration,
}

impl Meta {
    /// These facts, in whole milliseconds, as stores count them.
    pub(crate) fn new(ttl: Duration, retention: Duration, load_time: Duration) -> Self {
        let [ttl, retention, load_time] = [ttl, retention, load_time].map(whole_milliseconds);
        Self { ttl, retention, load_time }
    }

    /// The life the entry was stored with: its age is this less what the store says is left.
    pub(crate) fn life(&self) -> Duration {
        self.ttl.saturating_add(self.retention)
    }
}

fn whole_milliseconds(duration: Duration) -> Duration {
    Duration::from_millis(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
}

/// What goes into an envelope.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unsealed<'a> {
    pub(crate) key: &'a str,
    pub(crate) content: &'a Content,
    pub(crate) meta: Meta,
    /// The version that each tag had before the load.
    pub(crate) tags: &'a [Version],
}

/// How many bytes an entry may take, and how many it is worth to save.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bounds {
    /// The most that are stored, the header among them.
    pub(crate) stored: usize,
    /// The most that a codec may write, whatever becomes of it.
    pub(crate) written: usize,
    /// Payloads of more than this are compressed, where that makes them clearly smaller.
    pub(crate) compress_above: usize,
}

impl Bounds {
    /// `stored` is the most that is stored.
    pub(crate) fn new(stored: usize, compress_above: usize) -> Self {
        // What is too much may be little when it is compressed.
        let is_final = cfg!(not(feature = "compression")) || compress_above == usize::MAX;
        Self { stored, written: if is_final { stored.min(MAX_PAYLOAD) } else { MAX_PAYLOAD }, compress_above }
    }

    /// The same, for one who does not write more than so many bytes.
    pub(crate) fn writing_at_most(self, bytes: usize) -> Self {
        Self { written: self.written.min(bytes), ..self }
    }
}

/// An envelope that was believed.
#[derive(Debug, Clone)]
pub(crate) struct Opened {
    pub(crate) content: Content,
    /// The bytes that the value takes in memory, about.
    pub(crate) memory: usize,
    pub(crate) meta: Meta,
    /// The version that each tag had before the load.
    pub(crate) tags: SmallVec<[Version; 2]>,
}
