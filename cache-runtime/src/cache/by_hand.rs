//! The cache without the attribute.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::future::Future;
use std::sync::Arc;

use super::handle::Cache;
use crate::engine::{
    InOption, InResult, Itself, Origin, Request, Returns, Unpacked, let_others_run, read_through, read_through_owned,
};
use crate::error::Error;
use crate::key::{IntoKey, Key};
use crate::mode;
use crate::near::Reader;
use crate::policy::Policy;
use crate::spec::BY_HAND;
use crate::value::{Content, Value, ValueType, is_nothing, nothing};

impl Cache {
    /// Answers from the cache, or runs `load` and stores what it returns.
    ///
    /// `load` returns a `Result`, of which only `Ok` is stored, an `Option`, or a value of the standard library. `None` and
    /// `Ok(None)` are stored only where the policy has a negative ttl. It never fails because of the cache. Concurrent calls for one key run one
    /// `load`. Dropping the future at any point is safe.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// use std::time::Duration;
    /// use cache_runtime::{Cache, Policy};
    ///
    /// let cache = Cache::builder().url("memory://").build()?;
    /// let policy = Policy::new(Duration::from_secs(60));
    ///
    /// let load = || async { Ok::<_, std::io::Error>(String::from("Ada")) };
    /// let name = cache.read_through("user:7:name", &policy, load).await.unwrap();
    /// assert_eq!(name, "Ada");
    /// assert_eq!(cache.get::<String>("user:7:name").await?, Some(name));
    /// # Ok::<_, cache_runtime::Error>(()) }).unwrap();
    /// ```
    pub async fn read_through<R, F, Fut>(&self, key: &(impl IntoKey + ?Sized), policy: &Policy, load: F) -> R
    where
        R: Loads,
        F: FnOnce() -> Fut + Send,
        Fut: Future<Output = R> + Send,
    {
        let request = self.request::<R::Value>(key.to_key(self.namespace()), *policy);
        let load = || async { ByHand(load().await) };
        let mut origin = Origin::<ByHand<R>, R::Value, InHand, _>::new(load, None);
        let_others_run().await;
        read_through(self.engine(), &request, &mut origin).await.0
    }

    /// [`read_through`](Self::read_through) with a `load` that owns what it needs, so that it can go on in the background
    /// where the policy says so: `stale_while_revalidate`, `refresh_ahead`, `soft_timeout`.
    ///
    /// Dropping the future at any point is safe; a load in the background goes on.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// use std::time::Duration;
    /// use cache_runtime::{Cache, Policy};
    ///
    /// const RATES: Policy = Policy::new(Duration::from_secs(60)).stale_while_revalidate(Duration::from_secs(600));
    ///
    /// let cache = Cache::builder().url("memory://").build()?;
    /// let currency = String::from("EUR");
    /// let rate = cache.read_through_owned("rate:EUR", &RATES, move || async move { currency.len() }).await;
    /// assert_eq!(rate, 3);
    /// # Ok::<_, cache_runtime::Error>(()) }).unwrap();
    /// ```
    pub async fn read_through_owned<R, F, Fut>(&self, key: &(impl IntoKey + ?Sized), policy: &Policy, load: F) -> R
    where
        R: Loads,
        F: FnOnce() -> Fut + Send + 'static,
        Fut: Future<Output = R> + Send + 'static,
    {
        let request = self.request::<R::Value>(key.to_key(self.namespace()), *policy);
        let load = || async { ByHand(load().await) };
        let origin = Origin::<ByHand<R>, R::Value, InHand, _>::new(load, None);
        let_others_run().await;
        read_through_owned(self.engine(), request, Box::new(origin)).await.0
    }

    /// The value at `key`, if there is one: a cache-aside read. Never loads.
    ///
    /// It asks the store, also where the value is kept in this process already; what the store answers is kept there all the
    /// same, where the cache keeps values ([`CacheBuilder::near`](crate::CacheBuilder::near)).
    ///
    /// # Errors
    ///
    /// The store is out of reach, did not answer in time, or refused.
    pub async fn get<T: Value>(&self, key: &(impl IntoKey + ?Sized)) -> Result<Option<T>, Error> {
        let request = self.request::<T>(key.to_key(self.namespace()), Policy::forever());
        Ok(match self.engine().peek(&request).await? {
            Some(Content::Value(value)) => value.downcast().ok().map(Arc::unwrap_or_clone),
            Some(Content::Absent) | None => None,
        })
    }

    /// Stores `value` at `key`, for as long as the policy says. An invalidation that comes while this is under way wins: then
    /// nothing is stored.
    ///
    /// Between writers the last one wins: who puts a value that is older than what another one has put or invalidated by then
    /// leaves the older one behind. After a change, [`invalidate`](Self::invalidate) is the safe thing to do.
    ///
    /// # Errors
    ///
    /// The store is out of reach, did not answer in time, or refused; or the value cannot be carried by its codec.
    pub async fn put<T: Value>(&self, key: &(impl IntoKey + ?Sized), value: &T, policy: &Policy) -> Result<(), Error> {
        let request = self.request::<T>(key.to_key(self.namespace()), *policy);
        let content = Content::Value(Arc::new(value.clone()));
        self.engine().put(&request, &content, request.usual_ttl()).await
    }

    /// Removes the entry at `key`. After `Ok`, no caller that starts later, in whatever process, gets a value that was loaded
    /// before: loads in progress do not store any more.
    ///
    /// Values that are kept `near` are the exception, in other processes than this one: there the old one is served until
    /// Redis has told them, or the channel, or its time is over; see [`Coherence`](crate::Coherence). In this process it is
    /// forgotten before this returns.
    ///
    /// Dropping the future is safe at any point; the entry may be removed all the same.
    ///
    /// # Errors
    ///
    /// The store is out of reach, did not answer in time, or refused. This process does not use the entry then until removing
    /// it has gone through, which is tried in the background; others may serve it until then.
    pub async fn invalidate(&self, key: &(impl IntoKey + ?Sized)) -> Result<(), Error> {
        self.engine().invalidate(&key.to_key(self.namespace()), &BY_HAND).await
    }

    /// Forgets every entry with this tag, however many there are, in one step. It guarantees what
    /// [`invalidate`](Self::invalidate) does, to the same limits, those of `near` values in other processes included.
    ///
    /// # Errors
    ///
    /// As those of [`invalidate`](Self::invalidate), for all entries with the tag.
    pub async fn invalidate_tag(&self, tag: &str) -> Result<(), Error> {
        self.engine().invalidate_tag(&Key::of_tag(self.namespace(), tag), &BY_HAND).await
    }

    /// Forgets every entry of the namespace, however many there are, in one step, as if all of them had one tag. What is
    /// stored is not searched for: it leaves the store when its time is over. It guarantees what
    /// [`invalidate`](Self::invalidate) does, to the same limits, those of `near` values in other processes included.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// use std::time::Duration;
    /// use cache_runtime::{Cache, Policy};
    ///
    /// let cache = Cache::builder().url("memory://").build()?;
    /// cache.put("answer", &42, &Policy::new(Duration::from_secs(60))).await?;
    /// cache.clear().await?;
    /// assert_eq!(cache.get::<i32>("answer").await?, None);
    /// # Ok::<_, cache_runtime::Error>(()) }).unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// As those of [`invalidate`](Self::invalidate), for all entries.
    pub async fn clear(&self) -> Result<(), Error> {
        self.engine().clear(&BY_HAND).await
    }

    pub(super) fn request<V: Value>(&self, key: Key, policy: Policy) -> Request {
        let reader = Reader::new::<V>(ValueType::of::<V>(), self.encoding(&policy));
        Request {
            spec: &BY_HAND,
            near: self.engine().near_within(&policy),
            key,
            tags: Vec::new(),
            tag_text: "".into(),
            policy,
            ttl: None,
            reader,
            mode: mode::current(),
        }
    }
}

/// What the closure of [`Cache::read_through`] may return.
///
/// Implemented for every `Result`, for `Option`, and for the types of the standard library. (The attribute takes any type:
/// it sees which one it is.)
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be returned to `Cache::read_through`",
    label = "expected a `Result`, an `Option` or a type of the standard library",
    note = "wrap it: `Ok::<_, std::convert::Infallible>(value)`"
)]
pub trait Loads: Returns<Self::Value, Self::Shape> + 'static {
    /// What is stored.
    type Value: Value;
    /// How it is wrapped.
    type Shape;

    #[doc(hidden)]
    fn taken_apart(self) -> Unpacked<Self::Value, Self> {
        self.unpack()
    }

    #[doc(hidden)]
    #[must_use]
    fn nothing() -> Option<Self> {
        Self::absent()
    }
}

/// `Ok(None)` is told from other values when it is there: the type alone does not say whether `T` is an `Option`.
impl<T: Value, E: 'static> Loads for Result<T, E> {
    type Value = T;
    type Shape = InResult;

    fn taken_apart(self) -> Unpacked<T, Self> {
        match self {
            Ok(value) if is_nothing(&value) => Unpacked::Absent(Box::new(|| Ok(value))),
            other => other.unpack(),
        }
    }

    fn nothing() -> Option<Self> {
        nothing().map(Ok)
    }
}

impl<T: Value> Loads for Option<T> {
    type Value = T;
    type Shape = InOption;
}

/// The return of a load by hand, on its way through the engine.
struct ByHand<R>(R);

/// Its shape.
enum InHand {}

impl<R: Loads> Returns<R::Value, InHand> for ByHand<R> {
    fn unpack(self) -> Unpacked<R::Value, Self> {
        match self.0.taken_apart() {
            Unpacked::Value(value) => Unpacked::Value(value),
            Unpacked::Absent(again) => Unpacked::Absent(Box::new(|| Self(again()))),
            Unpacked::Failed(failure) => Unpacked::Failed(Self(failure)),
        }
    }

    fn value(value: R::Value) -> Self {
        Self(R::value(value))
    }

    fn absent() -> Option<Self> {
        R::nothing().map(Self)
    }
}

macro_rules! plain {
    ($([$($generics:ident)*] $ty:ty)*) => {$(
        impl<$($generics),*> Loads for $ty where $ty: Value {
            type Value = Self;
            type Shape = Itself;
        }
    )*};
}
plain! { [] bool [] char [] u8 [] u16 [] u32 [] u64 [] u128 [] usize [] i8 [] i16 [] i32 [] i64 [] i128 [] isize }
plain! { [] f32 [] f64 [] String [] () [] std::time::Duration [T] Vec<T> [T] Box<T> [T] Arc<T> [T] BTreeSet<T> }
plain! { [K V] BTreeMap<K, V> [K V S] HashMap<K, V, S> [T S] HashSet<T, S> [A B] (A, B) [A B C] (A, B, C) [A B C D] (A, B, C, D) }
