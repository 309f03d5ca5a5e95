//! The loads of a call, which its caller waits for.

use std::sync::Arc;

use tracing::Instrument;

use super::job::{Contents, Due, Job, Loader, Loading};
use super::judge::{Ended, judge};
use super::load::LoadMany;
use super::patience;
use super::reload;
use super::returned::{ReturnsMany, UnwrappedMany};
use crate::clock;
use crate::engine::sharing::Sharing;
use crate::engine::spans;
use crate::engine::state::Engine;
use crate::value::Value;

/// Loads in the task of the caller.
pub(super) struct Borrowed<'l, 'o, K, R: UnwrappedMany> {
    pub(super) engine: &'l Engine,
    pub(super) origin: &'l (dyn LoadMany<'o, K, R> + 'l),
}

/// The same where the origin can go on when the call has its answer.
pub(super) struct Owned<'l, K, R: UnwrappedMany> {
    pub(super) engine: &'l Arc<Engine>,
    pub(super) origin: &'l Arc<dyn LoadMany<'static, K, R>>,
}

impl<K, R> Loader<K, R> for Borrowed<'_, '_, K, R>
where
    K: Clone + Send + Sync,
    R: ReturnsMany<K>,
    R::Value: Value,
{
    fn load<'a>(&'a self, job: Job<'a, K>) -> Loading<'a, R>
    where
        K: 'a,
    {
        Box::pin(load(self.engine, job, self.origin))
    }

    /// Nothing is due where the load cannot go on after the call.
    fn reload(&self, _due: Vec<Due<K>>) {}

    fn sharing(&self) -> Option<&Sharing<R>> {
        self.origin.sharing()
    }
}

impl<K, R> Loader<K, R> for Owned<'_, K, R>
where
    K: Clone + Send + Sync + 'static,
    R: ReturnsMany<K> + 'static,
    R::Value: Value,
{
    fn load<'a>(&'a self, job: Job<'a, K>) -> Loading<'a, R>
    where
        K: 'a,
    {
        match job.party.patience(job.requests) {
            Some(patience) => Box::pin(patience::load(self.engine, job, patience, Arc::clone(self.origin))),
            None => Box::pin(load(self.engine, job, &**self.origin)),
        }
    }

    fn reload(&self, due: Vec<Due<K>>) {
        reload::begin(self.engine, due, self.origin);
    }

    fn sharing(&self) -> Option<&Sharing<R>> {
        self.origin.sharing()
    }
}

async fn load<'o, K, R>(
    engine: &Engine,
    mut job: Job<'_, K>,
    origin: &(dyn LoadMany<'o, K, R> + '_),
) -> Result<Contents, Ended<R>>
where
    K: Clone + Send + Sync,
    R: ReturnsMany<K>,
    R::Value: Value,
{
    let (start, ids) = (clock::now(), job.party.ids());
    let span = spans::of_load_of_many(job.requests, ids.len());
    let flying = job.party.fly(|| origin.start(ids.clone())).instrument(span);
    let led = job.party.led(job.requests);
    let returned = engine.unless_it_panics(&led, job.party.keep_up(flying)).await;
    let took = clock::since(start);
    let loaded = match judge((returned, took), &ids, job.wanted(), origin) {
        Ok(loaded) => loaded,
        Err((ended, failure)) => return job.fail(engine, &failure, took).ok_or(ended),
    };
    Ok(job.land(engine, loaded).await)
}
