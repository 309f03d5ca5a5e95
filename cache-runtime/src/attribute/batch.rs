//! One call of an annotated function for many keys.

use super::call::{Call, CodecChoice, Configured};
use super::pending::Pending;
use super::scoped_many::scoped;
use crate::cache::Cache;
use crate::engine::{
    Asked, LoadMany, ReturnsMany, let_others_run, read_through_many, read_through_many_owned, told_apart,
};
use crate::error::Error;
use crate::mode;
use crate::value::Value;

/// A call for many ids, about to be made.
///
/// Ids are told apart by their keys: what has the same key is one entry, and asked for once.
#[derive(Debug)]
pub struct Batch<K, C = Configured> {
    /// In the order of the caller.
    ids: Vec<K>,
    /// One for each entry.
    calls: Vec<Call<C>>,
    /// The entry of each id, and the first id of each entry.
    places: (Vec<usize>, Vec<usize>),
}

impl<K, C> Batch<K, C>
where
    K: Clone + Send + Sync,
    C: CodecChoice,
{
    /// A call for these ids, each of which alone would be `call` of it.
    #[must_use]
    pub fn new(ids: impl IntoIterator<Item = K>, call: impl Fn(&K) -> Call<C>) -> Self {
        let ids: Vec<K> = ids.into_iter().collect();
        let mut calls: Vec<_> = ids.iter().map(call).collect();
        let places = told_apart(calls.iter().map(Call::text));
        if places.1.len() < calls.len() {
            let mut firsts = places.1.iter().copied().peekable();
            let mut index = 0..;
            calls.retain(|_| firsts.next_if(|&first| index.next() == Some(first)).is_some());
        }
        Self { ids, calls, places }
    }

    /// Answers from the cache, and by the origin for what is not there.
    pub async fn read_through<'o, R>(self, load: &(dyn LoadMany<'o, K, R> + '_)) -> R
    where
        R: ReturnsMany<K>,
        R::Value: Value,
    {
        let_others_run().await;
        let (cache, asked) = self.asked::<R>();
        match cache {
            Some(cache) => read_through_many(cache.engine(), asked, load).await,
            None => asked.into_return(),
        }
    }

    /// Answers from the cache, and by the origin for what is not there, which may go on in the background when the call has its
    /// answer.
    pub async fn read_through_owned<R>(self, load: impl LoadMany<'static, K, R> + 'static) -> R
    where
        K: 'static,
        R: ReturnsMany<K> + 'static,
        R::Value: Value,
    {
        let_others_run().await;
        let (cache, asked) = self.asked::<R>();
        match cache {
            Some(cache) => read_through_many_owned(cache.engine(), asked, scoped(load)).await,
            None => asked.into_return(),
        }
    }

    /// Removes the entries, all at the same time. A failure says for how many: the others are removed all the same.
    pub fn invalidate(self) -> Pending
    where
        C: 'static,
    {
        let calls = self.calls;
        Pending::new(async move {
            let Some(first) = calls.first() else { return Ok(()) };
            let (cache, spec) = (first.cache(), first.spec());
            let keys: Vec<_> = calls.iter().map(|call| call.key_in(&cache)).collect();
            all(cache.engine().invalidate_many(&keys, spec).await)
        })
    }

    /// What to ask for, and where: nowhere, where nothing is asked for.
    fn asked<R>(self) -> (Option<Cache>, Asked<K, R::Value>)
    where
        R: ReturnsMany<K>,
        R::Value: Value,
    {
        let Self { ids, calls, places } = self;
        let Some(first) = calls.first() else { return (None, Asked::new(ids, places, Vec::new(), Vec::new())) };
        let (cache, mode) = (first.cache().into_owned(), mode::of_call(first.spec()));
        let kept: Vec<_> = calls.iter().map(|call| call.near_value(mode)).collect();
        let open = calls.iter().zip(&kept).filter(|(_, kept)| kept.is_none());
        let requests = open.map(|(call, _)| call.request::<R::Value>(&cache, mode)).collect();
        (Some(cache), Asked::new(ids, places, kept, requests))
    }
}

/// One result for all of them.
fn all(done: Vec<Result<(), Error>>) -> Result<(), Error> {
    let all = done.len();
    let mut failures: Vec<_> = done.into_iter().filter_map(Result::err).collect();
    let failed = failures.len();
    match failures.pop() {
        None => Ok(()),
        Some(failure) => {
            Err(Error::new(failure.kind(), format!("{failed} of {all} entries were not removed")).because(failure))
        }
    }
}
