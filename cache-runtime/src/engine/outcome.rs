//! What a load came to, told apart from what its caller gets.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use super::load::Load;
use super::request::Request;
use super::returned::{Returns, Unpacked};
use super::sharing::Sharing;
use super::words::Wording;
use crate::policy::Rules;
use crate::value::{AnyValue, Content, Value};

const MUTE: &str = "not shown: it is neither `Display` nor `Debug`";

/// What the origin answered.
pub(super) struct Loaded {
    pub(super) content: Content,
    /// How long it is fresh; `None`: it is not to be stored.
    pub(super) ttl: Option<Duration>,
    /// How long the load took.
    pub(super) took: Duration,
}

/// How the origin failed.
pub(super) struct Failure {
    /// What it returned, where that can be handed to more than one caller.
    pub(super) shared: Option<AnyValue>,
    /// The same in words, where it has any.
    pub(super) words: Option<String>,
}

impl Failure {
    /// What there is to tell of this return.
    pub(super) fn of<R>(returned: &R, sharing: Option<&Sharing<R>>, words: Option<Wording<R>>) -> Self {
        // A `Clone` that panics must not: its panic would be one that the body did not have.
        let share = || sharing.and_then(|sharing| sharing.share(returned));
        let shared = catch_unwind(AssertUnwindSafe(share)).ok().flatten();
        Self { shared, words: words.map(|words| words(returned)) }
    }

    /// What went wrong, for a log.
    pub(super) fn in_words(&self) -> &str {
        self.words.as_deref().unwrap_or(MUTE)
    }

    /// A load that was cut off, as there was no room for it in the background.
    pub(super) fn without_room() -> Self {
        Self::said("too many loads run in the background already".to_owned())
    }

    /// One that no error stands for.
    pub(super) fn said(words: String) -> Self {
        Self { shared: None, words: Some(words) }
    }
}

/// What the caller of the origin itself gets. Unlike the return, it can wait until the value is stored: it is `Send`.
pub(super) enum Answer<R, V> {
    Value(Arc<V>),
    Absent(Box<dyn FnOnce() -> R + Send>),
}

impl<R, V> Answer<R, V> {
    pub(super) fn into_return<S>(self) -> R
    where
        R: Returns<V, S>,
        V: Clone,
    {
        match self {
            Self::Value(value) => R::value(Arc::unwrap_or_clone(value)),
            Self::Absent(again) => again(),
        }
    }
}

/// Tells an answer from a failure, which comes with the return itself; `took` is how long that took.
pub(super) fn judge<R, V, S>(
    (returned, took): (R, Duration),
    request: &Request,
    origin: &(dyn Load<'_, R, V, S> + '_),
) -> Result<(Answer<R, V>, Loaded), (R, Failure)>
where
    R: Returns<V, S>,
    V: Value,
{
    match returned.unpack() {
        Unpacked::Value(value) => {
            let ttl = ttl_of(&value, request, origin.rules());
            let value = Arc::new(value);
            Ok((Answer::Value(Arc::clone(&value)), Loaded { content: Content::Value(value), ttl, took }))
        }
        Unpacked::Absent(again) => {
            let ttl = request.policy.absent_ttl();
            Ok((Answer::Absent(again), Loaded { content: Content::Absent, ttl, took }))
        }
        Unpacked::Failed(returned) => {
            let failure = Failure::of(&returned, origin.sharing(), origin.words());
            Err((returned, failure))
        }
    }
}

/// How long to keep `value`. A rule that panics says nothing: its panic would be one that the body did not have.
pub(super) fn ttl_of<V>(value: &V, request: &Request, rules: &Rules<'_, V>) -> Option<Duration> {
    let judged = catch_unwind(AssertUnwindSafe(|| rules.ttl_of(value, request.usual_ttl())));
    judged.unwrap_or_else(|_| {
        tracing::error!(
            target: "cache_runtime",
            function = request.spec.name(),
            "the `ttl` or `cache_if` closure panicked; the value is not stored",
        );
        None
    })
}
