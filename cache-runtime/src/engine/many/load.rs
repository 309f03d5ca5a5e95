//! The origin of a call for many keys: the body, and what its attribute says about the values.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;

use super::returned::UnwrappedMany;
use crate::engine::sharing::Sharing;
use crate::engine::words::Wording;
use crate::policy::{IntoTtl, Rules};

/// An origin with its concrete type forgotten, so that the engine is compiled once per return type.
pub trait LoadMany<'o, K, R: UnwrappedMany>: Send + Sync {
    /// Begins the load of these ids. Mostly called once: more than once where somebody else's load that was waited for came
    /// to nothing.
    fn start(&self, ids: Vec<K>) -> Pin<Box<dyn Future<Output = R> + Send + 'o>>;
    /// What is decided by looking at a value.
    fn rules(&self) -> &Rules<'_, R::Value>;
    /// How its failure reaches the callers that waited for it, if it can.
    fn sharing(&self) -> Option<&Sharing<R>>;
    /// Its failure in words, where it has any.
    fn words(&self) -> Option<Wording<R>>;
}

/// The body of an annotated function, ready to run.
pub struct OriginMany<'o, K, R: UnwrappedMany, F> {
    start: F,
    rules: Rules<'o, R::Value>,
    sharing: Option<Sharing<R>>,
    words: Option<Wording<R>>,
    id: PhantomData<fn(K)>,
}

impl<'o, K, R: UnwrappedMany, F> OriginMany<'o, K, R, F> {
    pub(crate) fn new(start: F, sharing: Option<Sharing<R>>) -> Self {
        Self { start, rules: Rules::new(), sharing, words: None, id: PhantomData }
    }

    /// Each value says how long it lives.
    #[must_use]
    pub fn ttl<T: IntoTtl>(mut self, ttl: impl Fn(&R::Value) -> T + Send + Sync + 'o) -> Self {
        self.rules = self.rules.ttl(ttl);
        self
    }

    /// Only some values are stored.
    #[must_use]
    pub fn cache_if(mut self, cache_if: impl Fn(&R::Value) -> bool + Send + Sync + 'o) -> Self {
        self.rules = self.rules.cache_if(cache_if);
        self
    }

    /// How to put a failure into words, for those that reach a log and nobody else.
    #[must_use]
    pub fn words(mut self, words: Option<Wording<R>>) -> Self {
        self.words = words;
        self
    }
}

impl<'o, K, R, F, Fut> LoadMany<'o, K, R> for OriginMany<'o, K, R, F>
where
    R: UnwrappedMany,
    F: Fn(Vec<K>) -> Fut + Send + Sync,
    Fut: Future<Output = R> + Send + 'o,
{
    fn start(&self, ids: Vec<K>) -> Pin<Box<dyn Future<Output = R> + Send + 'o>> {
        Box::pin((self.start)(ids))
    }

    fn rules(&self) -> &Rules<'_, R::Value> {
        &self.rules
    }

    fn sharing(&self) -> Option<&Sharing<R>> {
        self.sharing.as_ref()
    }

    fn words(&self) -> Option<Wording<R>> {
        self.words
    }
}

impl<K, R: UnwrappedMany, F> fmt::Debug for OriginMany<'_, K, R, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OriginMany").field("rules", &self.rules).finish_non_exhaustive()
    }
}
