//! The origin of one call: the body, not yet run, and what its attribute says about the value.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::panic::resume_unwind;
use std::pin::Pin;

use super::sharing::Sharing;
use super::words::Wording;
use crate::policy::{IntoTtl, Rules};

/// An origin with its concrete type forgotten, so that the engine is compiled once per return type.
pub trait Load<'o, R, V, S>: Send {
    /// Begins the load. To be called once at most.
    fn start(&mut self) -> Pin<Box<dyn Future<Output = R> + Send + 'o>>;
    /// What is decided by looking at the value.
    fn rules(&self) -> &Rules<'_, V>;
    /// How its failure reaches the callers that waited for it, if it can.
    fn sharing(&self) -> Option<&Sharing<R>>;
    /// Its failure in words, where it has any.
    fn words(&self) -> Option<Wording<R>>;
}

/// The body of an annotated function, ready to run.
pub struct Origin<'o, R, V, S, F> {
    start: Option<F>,
    rules: Rules<'o, V>,
    sharing: Option<Sharing<R>>,
    words: Option<Wording<R>>,
    shape: PhantomData<fn() -> S>,
}

impl<'o, R, V, S, F> Origin<'o, R, V, S, F> {
    pub(crate) fn new(start: F, sharing: Option<Sharing<R>>) -> Self {
        Self { start: Some(start), rules: Rules::new(), sharing, words: None, shape: PhantomData }
    }

    /// The value says how long it lives.
    #[must_use]
    pub fn ttl<T: IntoTtl>(mut self, ttl: impl Fn(&V) -> T + Send + Sync + 'o) -> Self {
        self.rules = self.rules.ttl(ttl);
        self
    }

    /// Only some values are stored.
    #[must_use]
    pub fn cache_if(mut self, cache_if: impl Fn(&V) -> bool + Send + Sync + 'o) -> Self {
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

impl<'o, R, V, S, F, Fut> Load<'o, R, V, S> for Origin<'o, R, V, S, F>
where
    F: FnOnce() -> Fut + Send,
    Fut: Future<Output = R> + Send + 'o,
{
    fn start(&mut self) -> Pin<Box<dyn Future<Output = R> + Send + 'o>> {
        match self.start.take() {
            Some(start) => Box::pin(start()),
            None => unreachable!("an origin runs once"),
        }
    }

    fn rules(&self) -> &Rules<'_, V> {
        &self.rules
    }

    fn sharing(&self) -> Option<&Sharing<R>> {
        self.sharing.as_ref()
    }

    fn words(&self) -> Option<Wording<R>> {
        self.words
    }
}

impl<R, V, S, F> fmt::Debug for Origin<'_, R, V, S, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Origin").field("rules", &self.rules).finish_non_exhaustive()
    }
}

/// Makes the body of a plain function an origin that runs on tokio's blocking pool. Its panic goes on in the caller.
pub fn blocking<R, F>(body: F) -> impl FnOnce() -> Pin<Box<dyn Future<Output = R> + Send>> + Send
where
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
{
    move || {
        Box::pin(async move {
            match tokio::task::spawn_blocking(body).await {
                Ok(returned) => returned,
                Err(stopped) => match stopped.try_into_panic() {
                    Ok(panic) => resume_unwind(panic),
                    // The runtime is shutting down, and with it the caller: it is not polled again.
                    Err(_) => std::future::pending().await,
                },
            }
        })
    }
}
