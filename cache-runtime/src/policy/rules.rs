//! What is decided by looking at the value.

use std::fmt;
use std::time::Duration;

use super::IntoTtl;

type Judge<'a, T, O> = Box<dyn Fn(&T) -> O + Send + Sync + 'a>;

/// The closures of an attribute that look at a loaded value: `ttl = |v| ..` and `cache_if = |v| ..`.
pub struct Rules<'a, T: ?Sized> {
    ttl: Option<Judge<'a, T, Duration>>,
    cache_if: Option<Judge<'a, T, bool>>,
}

impl<'a, T: ?Sized> Rules<'a, T> {
    /// No rules: store everything, for as long as the policy says.
    #[must_use]
    pub const fn new() -> Self {
        Self { ttl: None, cache_if: None }
    }

    /// The value says how long it lives.
    #[must_use]
    pub fn ttl<D: IntoTtl>(mut self, ttl: impl Fn(&T) -> D + Send + Sync + 'a) -> Self {
        self.ttl = Some(Box::new(move |value| ttl(value).into_ttl()));
        self
    }

    /// Only some values are stored.
    #[must_use]
    pub fn cache_if(mut self, cache_if: impl Fn(&T) -> bool + Send + Sync + 'a) -> Self {
        self.cache_if = Some(Box::new(cache_if));
        self
    }

    /// The ttl of `value`, where `usual` is what the policy or the call says. `None`: do not store it.
    pub(crate) fn ttl_of(&self, value: &T, usual: Option<Duration>) -> Option<Duration> {
        if self.cache_if.as_ref().is_some_and(|wanted| !wanted(value)) {
            return None;
        }
        self.ttl.as_ref().map(|ttl| ttl(value)).or(usual)
    }
}

impl<T: ?Sized> Default for Rules<'_, T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: ?Sized> fmt::Debug for Rules<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rules").field("ttl", &self.ttl.is_some()).field("cache_if", &self.cache_if.is_some()).finish()
    }
}
