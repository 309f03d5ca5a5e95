//! The other verbs for many keys at the same time: one that fails stops no other.

use std::future::{Future, poll_fn};
use std::time::Duration;

use super::gather::Gather;
use crate::engine::caller::Company;
use crate::engine::request::Request;
use crate::engine::state::Engine;
use crate::error::Error;
use crate::key::Key;
use crate::spec::Spec;
use crate::value::Content;

/// An entry that is to be stored by hand, and for how long.
pub(crate) type Entry = (Request, Content, Option<Duration>);

impl Engine {
    /// [`Engine::invalidate`] for each of them, in their order.
    pub(crate) async fn invalidate_many(&self, keys: &[Key], spec: &'static Spec) -> Vec<Result<(), Error>> {
        self.each(keys, |key, within| self.invalidate_within(key, spec, within)).await
    }

    /// [`Engine::peek`] for each of them, in their order.
    pub(crate) async fn peek_many(&self, requests: &[Request]) -> Vec<Result<Option<Content>, Error>> {
        self.each(requests, |request, within| self.peek_within(request, within)).await
    }

    /// [`Engine::put`] for each of them, in their order.
    pub(crate) async fn put_many(&self, entries: &[Entry]) -> Vec<Result<(), Error>> {
        self.each(entries, |(request, content, ttl), within| self.put_within(request, content, *ttl, within)).await
    }

    /// Does the same with each of `items`, and tells it how long it may wait for the store.
    async fn each<'a, T, O, F>(&self, items: &'a [T], act: impl Fn(&'a T, Duration) -> F) -> Vec<Result<O, Error>>
    where
        F: Future<Output = Result<O, Error>>,
    {
        let company = Company::default();
        let (act, company, whole) = (&act, &company, self.settings.operation_timeout);
        // By their numbers: of a closure that is given references, it is not known whether what it returns is `Send`.
        let mut gather = Gather::new(items.len(), (company, &self.crowd), |index| async move {
            let Some(item) = items.get(index) else { return (index, None) };
            let done = act(item, company.within(whole)).await;
            if let Err(error) = &done {
                company.note(error);
            }
            (index, Some(done))
        });
        let mut all = Vec::with_capacity(items.len());
        while let Some(done) = poll_fn(|context| gather.poll_next(context)).await {
            all.push(done);
        }
        all.sort_unstable_by_key(|(index, _)| *index);
        all.into_iter().filter_map(|(_, done)| done).collect()
    }
}
