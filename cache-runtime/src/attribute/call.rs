//! One call of an annotated function or of a companion.

use std::borrow::Cow;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use super::pending::Pending;
use super::scoped::scoped;
use super::tag::Tag;
use super::tags::Tags;
use crate::cache::Cache;
use crate::engine::{Load, Request, Returns, let_others_run, read_through, read_through_owned};
use crate::key::{Key, Part, Text};
use crate::mode::{self, Mode};
use crate::near::{Look, Reader};
use crate::observe::Stats;
use crate::policy::{IntoTtl, Rules};
use crate::scope;
use crate::spec::Spec;
use crate::value::{Content, CustomCodec, Value, ValueType};

/// A call with its key arguments, about to be made.
#[derive(Debug)]
pub struct Call<C = Configured> {
    spec: &'static Spec,
    /// The cache that the attribute names; else that of the scope in which the call is made, which for a companion is
    /// where it is awaited.
    cache: Option<Cache>,
    text: Text,
    tags: Tags,
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

impl Spec {
    /// A call of this function with these key arguments.
    #[must_use]
    pub fn at(&'static self, parts: &[Part<'_>]) -> Call {
        Call::new(self, parts)
    }

    /// What this function has done in the cache of the scope.
    #[must_use]
    pub fn stats(&'static self) -> Stats {
        scope::with(|cache| self.stats_on(cache))
    }

    /// What this function has done in this cache.
    #[must_use]
    pub fn stats_on(&'static self, cache: &Cache) -> Stats {
        cache.engine().stats_of(self)
    }
}

impl Call {
    /// A call of the function of `spec` with these key arguments.
    #[must_use]
    pub fn new(spec: &'static Spec, parts: &[Part<'_>]) -> Self {
        Self { spec, cache: None, text: spec.template.render(parts), tags: Tags::none(), ttl: None, codec: PhantomData }
    }

    /// Uses the codec `D` instead of the configured one.
    #[must_use]
    pub fn codec<D: CustomCodec>(self) -> Call<Custom<D>> {
        let Self { spec, cache, text, tags, ttl, codec: _ } = self;
        Call { spec, cache, text, tags, ttl, codec: PhantomData }
    }
}

impl<C: CodecChoice> Call<C> {
    /// Uses `cache` instead of the one of the scope.
    #[must_use]
    pub fn on(mut self, cache: &Cache) -> Self {
        self.cache = Some(cache.clone());
        self
    }

    /// The ttl of this call.
    #[must_use]
    pub fn ttl(mut self, ttl: impl IntoTtl) -> Self {
        self.ttl = Some(ttl.into_ttl());
        self
    }

    /// Puts the entry into the group of `tag` as well.
    #[must_use]
    pub fn tag(mut self, tag: Tag) -> Self {
        self.tags.push(tag);
        self
    }

    /// Answers from the cache, or by the origin.
    pub async fn read_through<'o, R, V, S>(&self, load: &mut (dyn Load<'o, R, V, S> + '_)) -> R
    where
        R: Returns<V, S>,
        V: Value,
    {
        let mode = mode::of_call(self.spec);
        let_others_run().await;
        if let Some(value) = self.near_value(mode) {
            return R::value(value);
        }
        let cache = self.cache();
        let request = self.request::<V>(&cache, mode);
        read_through(cache.engine(), &request, load).await
    }

    /// Answers from the cache, or by the origin, which may go on in the background when the call has its answer.
    pub async fn read_through_owned<R, V, S>(&self, load: impl Load<'static, R, V, S> + 'static) -> R
    where
        R: Returns<V, S> + 'static,
        V: Value,
        S: 'static,
    {
        let mode = mode::of_call(self.spec);
        let_others_run().await;
        if let Some(value) = self.near_value(mode) {
            return R::value(value);
        }
        let cache = self.cache();
        let request = self.request::<V>(&cache, mode);
        read_through_owned(cache.engine(), request, scoped(Box::new(load))).await
    }

    /// The exact key.
    #[must_use]
    pub fn key(self) -> Key {
        self.key_in(&self.cache())
    }

    /// Removes the entry.
    pub fn invalidate(self) -> Pending
    where
        C: 'static,
    {
        Pending::new(async move {
            let cache = self.cache();
            cache.engine().invalidate(&self.key_in(&cache), self.spec).await
        })
    }

    /// Stores `value` as the entry.
    pub fn put<R, V, S>(self, value: &V) -> Pending
    where
        C: 'static,
        R: Returns<V, S>,
        V: Value,
    {
        self.put_ruled::<R, V, S>(value, &Rules::new())
    }

    /// Stores `value` as the entry, by these rules.
    pub fn put_ruled<R, V, S>(self, value: &V, rules: &Rules<'_, V>) -> Pending
    where
        C: 'static,
        R: Returns<V, S>,
        V: Value,
    {
        let ttl = rules.ttl_of(value, self.ttl.or(self.spec.policy.ttl()));
        let content = Content::Value(Arc::new(value.clone()));
        Pending::new(async move {
            let cache = self.cache();
            let request = self.request::<V>(&cache, mode::current());
            cache.engine().put(&request, &content, ttl).await
        })
    }

    /// The entry, if it is cached.
    pub fn peek<R, V, S>(self) -> Pending<Option<V>>
    where
        C: 'static,
        R: Returns<V, S>,
        V: Value,
    {
        Pending::new(async move {
            let cache = self.cache();
            let request = self.request::<V>(&cache, mode::current());
            match cache.engine().peek(&request).await {
                Ok(Some(Content::Value(value))) => value.downcast().ok().map(Arc::unwrap_or_clone),
                _ => None,
            }
        })
    }

    /// The value, where it is kept in this process: before anything else is made ready.
    pub(super) fn near_value<V: Value>(&self, mode: Mode) -> Option<V> {
        if mode != Mode::Normal {
            return None;
        }
        let policy = &self.spec.policy;
        let text = self.text.as_str();
        let kept = |cache: &Cache| {
            let within = cache.engine().near_within(policy).filter(|_| Key::is_whole(cache.namespace(), text))?;
            let reader = Reader::new::<V>(C::value_type::<V>(), cache.encoding(policy));
            cache.engine().near_value(Look { text, tags: self.tags.as_str(), reader, within }, self.spec, policy)
        };
        match &self.cache {
            Some(cache) => kept(cache),
            None => scope::with(kept),
        }
    }

    /// The cache that it uses.
    pub(super) fn cache(&self) -> Cow<'_, Cache> {
        self.cache.as_ref().map_or_else(|| scope::current(), Cow::Borrowed)
    }

    pub(super) fn key_in(&self, cache: &Cache) -> Key {
        Key::new(cache.namespace(), self.text.as_str())
    }

    pub(super) fn spec(&self) -> &'static Spec {
        self.spec
    }

    /// The text of the key: calls of one function with different keys have different texts.
    pub(super) fn text(&self) -> &str {
        self.text.as_str()
    }

    /// The call as the engine sees it.
    pub(super) fn request<V: Value>(&self, cache: &Cache, mode: Mode) -> Request {
        let value_type = C::value_type::<V>();
        self.spec.see(|| value_type.stored());
        Request {
            spec: self.spec,
            near: cache.engine().near_within(&self.spec.policy),
            tags: self.tags.keys(cache.namespace()),
            tag_text: self.tags.as_str().into(),
            key: self.key_in(cache),
            policy: self.spec.policy,
            ttl: self.ttl,
            reader: Reader::new::<V>(value_type, cache.encoding(&self.spec.policy)),
            mode,
        }
    }
}
