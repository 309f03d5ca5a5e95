//! What goes into an envelope, and what comes out of it.

use std::{any::Any, sync::Arc, time::Duration};

use serde::{Serialize, de::DeserializeOwned};

use super::Codec;

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

/// The facts about a fill that its readers need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Meta {
    /// The life the entry was stored with: its age is this less what the store says is left.
    pub(crate) ttl: Duration,
    /// What the load cost.
    pub(crate) load_time: Duration,
}

/// An envelope that was believed.
#[derive(Debug, Clone)]
pub(crate) struct Opened {
    pub(crate) content: Content,
    #[cfg_attr(not(test), expect(dead_code, reason = "the age of an entry is for the stale windows"))]
    pub(crate) meta: Meta,
    /// Names this fill, to be compared and set against.
    #[cfg_attr(not(test), expect(dead_code, reason = "to be compared and set against is for the leases"))]
    pub(crate) version: [u8; 16],
}
