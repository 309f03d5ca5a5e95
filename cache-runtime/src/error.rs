//! The one error type of the cache.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

type Source = Box<dyn StdError + Send + Sync + 'static>;

/// What the cache could not do.
///
/// An annotated function never returns this: a cache failure is not its caller's failure. It comes from building a
/// cache, and from what is asked of the cache itself ([`Cache::ping`](crate::Cache::ping), `invalidate`, `put`).
///
/// [`Display`](fmt::Display) says what the cache could not do, [`source`](StdError::source) says why; neither they nor
/// [`Debug`] ever hold a password.
///
/// ```
/// use cache_runtime::{Cache, ErrorKind};
///
/// let error = Cache::builder().url("redis://:hunter2@[half-an-address").build().unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Config);
/// assert!(!format!("{error} {error:?}").contains("hunter2"));
/// ```
pub struct Error {
    kind: ErrorKind,
    message: Cow<'static, str>,
    source: Option<Source>,
}

/// The kinds of [`Error`], for deciding what to do about one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A setting is not usable; the message names every bad one.
    Config,
    /// The global cache exists already.
    AlreadyInitialised,
    /// The store cannot be reached just now; the cache goes on trying in the background.
    Unavailable,
    /// The store did not answer within the operation timeout. What was asked may have happened all the same.
    Timeout,
    /// So many operations wait for the store that one more would only wait longer.
    Overloaded,
    /// The store answered, and refused: out of memory, read-only, no permission.
    Refused,
    /// The value cannot be carried by its codec.
    Unstorable,
    /// The value takes more bytes than the cache stores:
    /// [`max_value_bytes`](crate::CacheBuilder::max_value_bytes), or 64 MiB before it is compressed.
    TooLarge,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    pub(crate) fn because(mut self, source: impl Into<Source>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// The same for somebody else. The source is left as its text.
    pub(crate) fn for_another(&self) -> Self {
        let source = self.source.as_ref().map(|source| source.to_string().into());
        Self { kind: self.kind, message: self.message.clone(), source }
    }

    /// The message and its reason, for a log, where nobody asks for the source.
    pub(crate) fn in_full(&self) -> String {
        match &self.source {
            Some(source) => format!("{self}: {source}"),
            None => self.to_string(),
        }
    }

    /// The kind of failure.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Error");
        shown.field("kind", &self.kind).field("message", &self.message);
        if let Some(source) = &self.source {
            shown.field("source", &format_args!("{source}"));
        }
        shown.finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
