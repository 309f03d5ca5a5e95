//! One call of an annotated function or of a companion.

use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use super::pending::Pending;
use super::spec::Spec;
use crate::cache::Cache;
use crate::engine::{Load, Mode, Request, Returns};
use crate::error::Error;
use crate::key::{Key, Part, Text};
use crate::policy::{IntoTtl, Rules};
use crate::scope;
use crate::value::{Content, CustomCodec, Value, ValueType};

/// A call with its key arguments, about to be made.
#[derive(Debug)]
pub struct Call<C = Configured> {
    spec: &'static Spec,
    cache: Cache,
    text: Text,
    ttl: Option<Duration>,
    codec: PhantomData<fn() -> C>,
}

/// Values are written by the codec that the policy or the cache names.
#[derive(Debug)]
pub enum Configured {}

/// Values are written by the codec `C`.
#[derive(Debug)]
pub struct Custom<C>(PhantomData<fn() -> C>);

/// Who writes the values of a call.
pub trait CodecChoice {
    /// What is known of a value `V` so written.
    fn value_type<V: Value>() -> &'static ValueType;
}

impl CodecChoice for Configured {
    fn value_type<V: Value>() -> &'static ValueType {
        ValueType::of::<V>()
    }
}

impl<C: CustomCodec> CodecChoice for Custom<C> {
    fn value_type<V: Value>() -> &'static ValueType {
        ValueType::with_codec::<V, C>()
    }
}

impl Call {
    /// A call of the function of `spec` with these key arguments, on the cache of the current scope.
    #[must_use]
    pub fn new(spec: &'static Spec, parts: &[Part<'_>]) -> Self {
        Self { spec, cache: scope::cache(), text: spec.template.render(parts), ttl: None, codec: PhantomData }
    }

    /// Uses the codec `D` instead of the configured one.
    #[must_use]
    pub fn codec<D: CustomCodec>(self) -> Call<Custom<D>> {
        let Self { spec, cache, text, ttl, codec: _ } = self;
        Call { spec, cache, text, ttl, codec: PhantomData }
    }
}

impl<C: CodecChoice> Call<C> {
    /// Uses `cache` instead of the one of the current scope.
    #[must_use]
    pub fn on(mut self, cache: &Cache) -> Self {
        self.cache = cache.clone();
        self
    }

    /// The ttl of this call.
    #[must_use]
    pub fn ttl(mut self, ttl: impl IntoTtl) -> Self {
        self.ttl = Some(ttl.into_ttl());
        self
    }

    /// Answers from the cache, or by the origin.
    pub async fn read_through<'o, R, V, S>(self, load: &mut (dyn Load<'o, R, V, S> + '_)) -> R
    where
        R: Returns<V, S>,
        V: Value,
    {
        let request = self.request::<V>(scope::mode_of_call(self.spec));
        crate::engine::read_through(self.cache.engine(), &request, load).await
    }

    /// The exact key.
    #[must_use]
    pub fn key(self) -> Key {
        Key::new(self.cache.namespace(), self.text.as_str())
    }

    /// Removes the entry.
    pub fn invalidate(self) -> Pending<Result<(), Error>> {
        let key = Key::new(self.cache.namespace(), self.text.as_str());
        Pending::new(async move { self.cache.engine().invalidate(&key).await })
    }

    /// Stores `value` as the entry.
    pub fn put<R, V, S>(self, value: &V) -> Pending<Result<(), Error>>
    where
        R: Returns<V, S>,
        V: Value,
    {
        self.put_ruled::<R, V, S>(value, &Rules::new())
    }

    /// Stores `value` as the entry, by these rules.
    pub fn put_ruled<R, V, S>(self, value: &V, rules: &Rules<'_, V>) -> Pending<Result<(), Error>>
    where
        R: Returns<V, S>,
        V: Value,
    {
        let request = self.request::<V>(scope::mode());
        let ttl = rules.ttl_of(value, request.usual_ttl());
        let content = Content::Value(Arc::new(value.clone()));
        Pending::new(async move { self.cache.engine().put(&request, &content, ttl).await })
    }

    /// The entry, if it is cached.
    pub fn peek<R, V, S>(self) -> Pending<Option<V>>
    where
        R: Returns<V, S>,
        V: Value,
    {
        let request = self.request::<V>(scope::mode());
        Pending::new(async move {
            match self.cache.engine().peek(&request).await {
                Ok(Some(Content::Value(value))) => value.downcast().ok().map(Arc::unwrap_or_clone),
                _ => None,
            }
        })
    }

    fn request<V: Value>(&self, mode: Mode) -> Request {
        Request {
            function: self.spec.name,
            key: Key::new(self.cache.namespace(), self.text.as_str()),
            policy: self.spec.policy,
            ttl: self.ttl,
            value_type: C::value_type::<V>(),
            encoding: self.cache.encoding(&self.spec.policy),
            mode,
        }
    }
}
