//! The cache without the attribute, for many keys at a time.

use std::future::Future;
use std::sync::Arc;

use super::handle::Cache;
use crate::engine::{
    Asked, OriginMany, ReturnsMany, let_others_run, read_through_many, read_through_many_owned, told_apart,
};
use crate::error::Error;
use crate::key::{IntoKey, Key};
use crate::policy::Policy;
use crate::spec::BY_HAND;
use crate::value::{Content, Value};

impl Cache {
    /// Answers from the cache for all `ids`, and runs `load` once for those that are missing; stores what it returns.
    ///
    /// `key` names the entry of an id, as for [`read_through`](Self::read_through). `load` is given the missing ids, and
    /// returns a `HashMap<K, T>`, a `BTreeMap<K, T>`, a `Vec<(K, T)>` or a `Vec<Option<T>>` in their order, or a `Result` of
    /// one of these. An id that it leaves out is one of which there is nothing; that is remembered only where the policy has a
    /// negative ttl. Ids with the same key are asked for once, and no ids make no call.
    ///
    /// It never fails because of the cache, and an `Err` of `load` is what it returns, though other ids were there. Concurrent
    /// calls, for one key or for many, load each key once. So `load` is called again, with other ids, where somebody else's
    /// load came to nothing. Dropping the future at any point is safe.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// use std::collections::HashMap;
    /// use std::io;
    /// use std::time::Duration;
    /// use cache_runtime::{Cache, Policy};
    ///
    /// let cache = Cache::builder().url("memory://").build()?;
    /// let policy = Policy::new(Duration::from_secs(60));
    /// cache.put("user:1:name", &String::from("Ada"), &policy).await?;
    ///
    /// let load = async |missing: Vec<u64>| {
    ///     assert_eq!(missing, [2, 3]);
    ///     Ok::<_, io::Error>(HashMap::from([(2, String::from("Grace"))]))
    /// };
    /// let key = |id: &u64| format!("user:{id}:name");
    /// let names = cache.read_through_many([1, 2, 3, 2], key, &policy, load).await.unwrap();
    /// assert_eq!(names, HashMap::from([(1, "Ada".into()), (2, "Grace".into())]));
    /// # Ok::<_, cache_runtime::Error>(()) }).unwrap();
    /// ```
    pub async fn read_through_many<K, Q, R, F, Fut>(
        &self,
        ids: impl IntoIterator<Item = K>,
        key: impl Fn(&K) -> Q,
        policy: &Policy,
        load: F,
    ) -> R
    where
        K: Clone + Send + Sync,
        Q: IntoKey,
        R: ReturnsMany<K>,
        R::Value: Value,
        F: Fn(Vec<K>) -> Fut + Send + Sync,
        Fut: Future<Output = R> + Send,
    {
        let asked = self.asked(ids.into_iter().collect(), key, policy);
        let origin = OriginMany::new(load, None);
        let_others_run().await;
        read_through_many(self.engine(), asked, &origin).await
    }

    /// [`read_through_many`](Self::read_through_many) with a `load` that owns what it needs, so that it can go on in the
    /// background where the policy says so. What one call finds to be reloaded is reloaded by one call of `load`.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// use std::time::Duration;
    /// use cache_runtime::{Cache, Policy};
    ///
    /// const RATES: Policy = Policy::new(Duration::from_secs(60)).stale_while_revalidate(Duration::from_secs(600));
    ///
    /// let cache = Cache::builder().url("memory://").build()?;
    /// let load = async |missing: Vec<&'static str>| missing.into_iter().map(|name| Some(name.len())).collect();
    /// let key = |name: &&str| format!("rate:{name}");
    /// let rates: Vec<Option<usize>> = cache.read_through_many_owned(["EUR", "USDT"], key, &RATES, load).await;
    /// assert_eq!(rates, [Some(3), Some(4)]);
    /// # Ok::<_, cache_runtime::Error>(()) }).unwrap();
    /// ```
    pub async fn read_through_many_owned<K, Q, R, F, Fut>(
        &self,
        ids: impl IntoIterator<Item = K>,
        key: impl Fn(&K) -> Q,
        policy: &Policy,
        load: F,
    ) -> R
    where
        K: Clone + Send + Sync + 'static,
        Q: IntoKey,
        R: ReturnsMany<K> + 'static,
        R::Value: Value,
        F: Fn(Vec<K>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = R> + Send + 'static,
    {
        let asked = self.asked(ids.into_iter().collect(), key, policy);
        let origin = Arc::new(OriginMany::new(load, None));
        let_others_run().await;
        read_through_many_owned(self.engine(), asked, origin).await
    }

    /// [`get`](Self::get) for many keys at the same time: what there is at each, in their order.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// use std::time::Duration;
    /// use cache_runtime::{Cache, Policy};
    ///
    /// let cache = Cache::builder().url("memory://").build()?;
    /// let policy = Policy::new(Duration::from_secs(60));
    /// cache.put_many([("a", &1), ("b", &2)], &policy).await;
    ///
    /// let found = cache.get_many::<i32>(["a", "b", "c"]).await;
    /// let found: Result<Vec<_>, _> = found.into_iter().collect();
    /// assert_eq!(found?, [Some(1), Some(2), None]);
    /// # Ok::<_, cache_runtime::Error>(()) }).unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`get`](Self::get), for each key by itself.
    pub async fn get_many<T: Value>(
        &self,
        keys: impl IntoIterator<Item = impl IntoKey>,
    ) -> Vec<Result<Option<T>, Error>> {
        let request = |key: Key| self.request::<T>(key, Policy::forever());
        let requests: Vec<_> = self.keys(keys).into_iter().map(request).collect();
        let found = self.engine().peek_many(&requests).await;
        let value = |content| match content {
            Some(Content::Value(value)) => Arc::downcast(value).ok().map(Arc::unwrap_or_clone),
            Some(Content::Absent) | None => None,
        };
        found.into_iter().map(|found| found.map(value)).collect()
    }

    /// [`put`](Self::put) for many keys at the same time: what became of each, in their order. Where a key is there twice, either
    /// value may be the one that stays.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// use std::collections::HashMap;
    /// use std::time::Duration;
    /// use cache_runtime::{Cache, Policy};
    ///
    /// let cache = Cache::builder().url("memory://").build()?;
    /// let stock = HashMap::from([(7, 12), (8, 0)]);
    /// let entries = stock.iter().map(|(id, count)| (format!("stock:{id}"), count));
    /// let done = cache.put_many(entries, &Policy::new(Duration::from_secs(60))).await;
    /// assert!(done.iter().all(Result::is_ok));
    /// # Ok::<_, cache_runtime::Error>(()) }).unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`put`](Self::put), for each key by itself.
    pub async fn put_many<'v, T: Value>(
        &self,
        entries: impl IntoIterator<Item = (impl IntoKey, &'v T)>,
        policy: &Policy,
    ) -> Vec<Result<(), Error>> {
        let entry = |(key, value): (_, &T)| {
            let request = self.request::<T>(IntoKey::to_key(&key, self.namespace()), *policy);
            let ttl = request.usual_ttl();
            (request, Content::Value(Arc::new(value.clone())), ttl)
        };
        let entries: Vec<_> = entries.into_iter().map(entry).collect();
        self.engine().put_many(&entries).await
    }

    /// [`invalidate`](Self::invalidate) for many keys at the same time: what became of each, in their order.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// use std::time::Duration;
    /// use cache_runtime::{Cache, Error, Policy};
    ///
    /// let cache = Cache::builder().url("memory://").build()?;
    /// cache.put("user:7", &String::from("Ada"), &Policy::new(Duration::from_secs(60))).await?;
    /// let done = cache.invalidate_many([7, 8].map(|id| format!("user:{id}"))).await;
    /// done.into_iter().collect::<Result<(), Error>>()?; // the first failure, if there is one
    /// assert_eq!(cache.get::<String>("user:7").await?, None);
    /// # Ok::<_, cache_runtime::Error>(()) }).unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`invalidate`](Self::invalidate), for each key by itself.
    pub async fn invalidate_many(&self, keys: impl IntoIterator<Item = impl IntoKey>) -> Vec<Result<(), Error>> {
        self.engine().invalidate_many(&self.keys(keys), &BY_HAND).await
    }

    fn keys(&self, keys: impl IntoIterator<Item = impl IntoKey>) -> Vec<Key> {
        keys.into_iter().map(|key| key.to_key(self.namespace())).collect()
    }

    fn asked<K, Q: IntoKey, V: Value>(&self, ids: Vec<K>, key: impl Fn(&K) -> Q, policy: &Policy) -> Asked<K, V> {
        let mut keys: Vec<_> = ids.iter().map(|id| Some(key(id).to_key(self.namespace()))).collect();
        let places = told_apart(keys.iter());
        let answers = places.1.iter().map(|_| None).collect();
        let differing = places.1.iter().filter_map(|&first| keys.get_mut(first)?.take());
        let requests = differing.map(|key| self.request::<V>(key, *policy)).collect();
        Asked::new(ids, places, answers, requests)
    }
}
