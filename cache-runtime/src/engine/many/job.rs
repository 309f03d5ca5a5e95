//! One load that a call makes for some of its keys.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use super::judge::Ended;
use super::party::Party;
use crate::engine::outcome::{Failure, Loaded};
use crate::engine::prepare::Lead;
use crate::engine::request::Request;
use crate::engine::sharing::Sharing;
use crate::engine::state::Engine;
use crate::value::Content;

/// What some requests have come to.
pub(super) type Contents = Vec<(usize, Content)>;
/// A load under way.
pub(super) type Loading<'a, R> = Pin<Box<dyn Future<Output = Result<Contents, Ended<R>>> + Send + 'a>>;

/// What is to be loaded.
pub(super) struct Job<'a, K> {
    /// All of the call.
    pub(super) requests: &'a [Request],
    /// Those of them that are to be loaded.
    pub(super) party: Party<K>,
}

/// An entry that is to be reloaded in the background.
pub(super) struct Due<K> {
    pub(super) id: K,
    pub(super) request: Request,
    pub(super) lead: Box<Lead>,
}

/// Who loads for a call.
pub(super) trait Loader<K, R>: Send + Sync {
    /// Begins to load.
    fn load<'a>(&'a self, job: Job<'a, K>) -> Loading<'a, R>
    where
        K: 'a;
    /// Loads in the background; to be called only where the origin can go on when the call has its answer.
    fn reload(&self, due: Vec<Due<K>>);
    /// How its failure reaches the callers that waited for it, if it can.
    fn sharing(&self) -> Option<&Sharing<R>>;
}

impl<K: Clone + Send> Job<'_, K> {
    /// The requests that are to be loaded, in the order of their ids.
    pub(super) fn wanted(&self) -> impl Iterator<Item = Option<&Request>> {
        self.party.requests().map(|index| self.requests.get(index))
    }

    /// Ends a load that brought an answer for each.
    pub(super) async fn land(self, engine: &Engine, loaded: Vec<Loaded>) -> Contents {
        let contents = loaded.iter().map(|loaded| loaded.content.clone());
        let contents = self.party.requests().zip(contents).collect();
        self.party.land(engine, self.requests, loaded).await;
        contents
    }

    /// Ends a load that failed. Returns the old values, if all have one.
    pub(super) fn fail(self, engine: &Engine, failure: &Failure, took: Duration) -> Option<Contents> {
        self.party.fail(engine, self.requests, failure, took)
    }
}
