//! The static facts about one annotated function.

mod name;

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use self::name::Name;
use crate::key::Template;
use crate::policy::Policy;
use crate::value::Stored;

pub use self::name::path_of;

/// What is known of an annotated function when it is compiled: one `static` each.
#[derive(Debug)]
pub struct Spec {
    name: Name,
    /// The template as it was written, for people.
    pub(crate) written: &'static str,
    pub(crate) template: Template,
    pub(crate) policy: Policy,
    /// The templates of its tags as they were written.
    pub(crate) tags: &'static [&'static str],
    pub(crate) cache: CacheName,
    /// What the first call that got past the near tier has shown. A generic function may store other types as well.
    seen: OnceLock<Stored>,
    /// Zero until somebody asks for it.
    number: AtomicUsize,
}

/// Which cache a function uses, as its attribute says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CacheName {
    /// That of the scope.
    Scope,
    /// What this expression names, whoever calls.
    Fixed(&'static str),
    /// What this expression names in one call, and may not in the next.
    OfCall(&'static str),
}

impl Spec {
    /// The facts. `pieces` are the literal parts around the placeholders of the key, one more than there are of those.
    #[must_use]
    pub const fn new(
        name: &'static str,
        written: &'static str,
        pieces: &'static [&'static str],
        policy: Policy,
    ) -> Self {
        Self {
            name: Name::new(name),
            written,
            template: Template::new(pieces),
            policy,
            tags: &[],
            cache: CacheName::Scope,
            seen: OnceLock::new(),
            number: AtomicUsize::new(0),
        }
    }

    /// The templates of its tags.
    #[must_use]
    pub const fn tags(mut self, tags: &'static [&'static str]) -> Self {
        self.tags = tags;
        self
    }

    /// The expression that names its cache.
    #[must_use]
    pub const fn cache(mut self, expression: &'static str) -> Self {
        self.cache = CacheName::Fixed(expression);
        self
    }

    /// The expression that names its cache, made of what a call brings.
    #[must_use]
    pub const fn cache_of_call(mut self, expression: &'static str) -> Self {
        self.cache = CacheName::OfCall(expression);
        self
    }

    /// The path of something in its body, where it may be a method or stand in another function.
    #[must_use]
    pub const fn inside(mut self, place: fn() -> &'static str) -> Self {
        self.name.is_inside(place);
        self
    }

    /// What it is called, for people: no two functions of a program should have the same.
    pub(crate) fn name(&'static self) -> &'static str {
        self.name.full()
    }

    /// The module that it stands in.
    pub(crate) fn module(&self) -> &'static str {
        self.name.module()
    }

    /// What it stores, where a call has shown that.
    pub(crate) fn seen(&self) -> Option<Stored> {
        self.seen.get().copied()
    }

    /// Remembers what the first call stores.
    pub(crate) fn see(&self, stored: impl FnOnce() -> Stored) {
        if self.seen.get().is_none() {
            // Where another call has been faster, its word is as good.
            let _ = self.seen.set(stored());
        }
    }

    /// Its number among the functions of this process that were called so far, from 1 on.
    pub(crate) fn number(&'static self) -> usize {
        static NEXT: AtomicUsize = AtomicUsize::new(1);
        match self.number.load(Ordering::Relaxed) {
            0 => {
                let fresh = NEXT.fetch_add(1, Ordering::Relaxed);
                let first = self.number.compare_exchange(0, fresh, Ordering::Relaxed, Ordering::Relaxed);
                first.map_or_else(|number| number, |_| fresh)
            }
            number => number,
        }
    }
}

/// Stands for the caller where the cache is used by hand.
pub(crate) static BY_HAND: Spec = Spec::new("by hand", "", &[], Policy::forever());
