//! One annotated function of a program.

use std::time::Duration;

use super::registration::Registration;
use crate::spec::CacheName;
use crate::value::{Codec, Stored};

/// A function with `#[read_through(..)]`, as its attribute describes it.
#[derive(Clone, Debug)]
pub struct AnnotatedFunction {
    pub(super) registration: &'static Registration,
}

impl AnnotatedFunction {
    /// The module and the name of the function: `shop::users::get_user`. Of a method, the type stands between them,
    /// `shop::users::Repo::get`, or both the type and the trait, `shop::users::<Repo as Find>::get`.
    ///
    /// How the compiler writes a type may change with its version: this is for people, and for labels.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.registration.spec.name()
    }

    /// The template of its keys, as it is written; where none is, `{path}` and all parameters.
    #[must_use]
    pub fn template(&self) -> &'static str {
        self.registration.spec.written
    }

    /// How long a value lives, a hundred years with `"forever"`. `None` where each call or each value says it.
    #[must_use]
    pub fn ttl(&self) -> Option<Duration> {
        self.registration.spec.policy.ttl()
    }

    /// The templates of its tags, as they are written.
    #[must_use]
    pub fn tags(&self) -> &'static [&'static str] {
        self.registration.spec.tags
    }

    /// The name of its codec. `None` where the cache chooses, and where it is a type that the first call will tell.
    #[must_use]
    pub fn codec(&self) -> Option<&'static str> {
        let own = self.stored().and_then(|stored| stored.codec());
        own.or_else(|| self.named_codec().map(Codec::name))
    }

    /// What it says in `version = ..`, or 0.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.registration.spec.policy.chosen_version()
    }

    /// The expression that names its cache; `None` where it uses that of the scope or the global one.
    #[must_use]
    pub fn cache(&self) -> Option<&'static str> {
        match self.registration.spec.cache {
            CacheName::Scope => None,
            CacheName::Fixed(expression) | CacheName::OfCall(expression) => Some(expression),
        }
    }

    /// The name of the type that it stores: `User` for a `Result<Option<User>, E>`.
    ///
    /// It is known from the beginning of functions that have a type with companions beside them, no generics, and no
    /// lifetime in what they return. Of all others it is `None` until the first call that looks for the entry in the store,
    /// and that of a generic function is the type of this call.
    #[must_use]
    pub fn type_name(&self) -> Option<&'static str> {
        self.stored().map(|stored| stored.type_name())
    }

    /// The fingerprint of this type in the codec and version of the function, which is in the header of every value that it
    /// stores: another one is not read. Where the cache chooses the codec, it is that of the default codec.
    ///
    /// `None` where the type is not known, as for [`type_name`](Self::type_name), and where no codec is compiled in.
    #[must_use]
    pub fn fingerprint(&self) -> Option<u64> {
        self.stored()?.fingerprint(self.named_codec().or(Codec::DEFAULT), self.version())
    }

    pub(super) fn stored(&self) -> Option<Stored> {
        self.registration.stored()
    }

    /// The built-in codec that it names.
    pub(super) fn named_codec(&self) -> Option<Codec> {
        self.registration.spec.policy.chosen_codec()
    }

    /// The module that it stands in.
    pub(super) fn module(&self) -> &'static str {
        self.registration.spec.module()
    }
}
