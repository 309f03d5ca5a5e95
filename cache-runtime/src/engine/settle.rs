//! The end of a load whose caller waits for it.

use std::time::Duration;

use super::load::Load;
use super::outcome::{Answer, Loaded, judge};
use super::prepare::Lead;
use super::read_through::restored;
use super::request::Request;
use super::returned::Returns;
use super::state::Engine;
use crate::value::Value;

/// A load that brought an answer, which is yet to be stored.
pub(super) struct Settled<R, V> {
    lead: Lead,
    answer: Answer<R, V>,
    loaded: Loaded,
}

/// Tells an answer from a failure, after which the caller has in `Err` what it gets.
///
/// What is returned need not be `Send`: this is no `async fn`, so that none of it lives across an await.
pub(super) fn settle<R, V, S>(
    engine: &Engine,
    request: &Request,
    lead: Lead,
    returned: (R, Duration),
    origin: &(dyn Load<'_, R, V, S> + '_),
) -> Result<Settled<R, V>, R>
where
    R: Returns<V, S>,
    V: Value,
{
    let took = returned.1;
    match judge(returned, request, origin) {
        Ok((answer, loaded)) => Ok(Settled { lead, answer, loaded }),
        Err((returned, failure)) => {
            let instead = engine.failed(request, lead, &failure, took);
            Err(instead.and_then(restored).unwrap_or(returned))
        }
    }
}

impl<R, V: Clone> Settled<R, V> {
    /// Stores the answer and returns it.
    pub(super) async fn land<S>(self, engine: &Engine, request: &Request) -> R
    where
        R: Returns<V, S>,
    {
        Box::pin(engine.land(request, self.lead, self.loaded)).await;
        self.answer.into_return()
    }
}
