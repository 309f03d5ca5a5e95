//! Read-through: the store first, the origin on a miss.

use std::future::poll_fn;
use std::sync::Arc;

use tokio::task::coop;

use super::caller::Caller;
use super::load::Load;
use super::patience;
use super::prepare::{Lead, Prepared};
use super::reload;
use super::request::Request;
use super::returned::Returns;
use super::settle::settle;
use super::spans;
use super::state::Engine;
use crate::clock;
use crate::value::{Content, Value};

/// A call counts as something that its task has done, though it waits for nothing: a loop of hits lets others run, such as
/// those who hear what has changed.
pub(crate) async fn let_others_run() {
    poll_fn(|context| coop::poll_proceed(context).map(|proceeds| proceeds.made_progress())).await;
}

/// Answers one call. Returns what the origin returns, or would have: never an error of the cache.
///
/// Dropping the future at any point strands nobody: whoever waits for this load starts over.
pub(crate) async fn read_through<'o, R, V, S>(
    engine: &Engine,
    request: &Request,
    origin: &mut (dyn Load<'o, R, V, S> + '_),
) -> R
where
    R: Returns<V, S>,
    V: Value,
{
    // What is returned need not be `Send`: none of it lives across an await, here and below.
    match engine.prepare(caller::<R, V, S>(request, false)).await {
        Prepared::Lead(lead) => return Box::pin(lead_the_load(engine, request, *lead, origin)).await,
        other => {
            if let Some((answer, _)) = answered(other, origin) {
                return answer;
            }
        }
    }
    origin.start().await
}

/// The same with an origin that can go on when the call has its answer: in the background, which the engine owns.
pub(crate) async fn read_through_owned<R, V, S>(
    engine: &Arc<Engine>,
    request: Request,
    mut origin: Box<dyn Load<'static, R, V, S>>,
) -> R
where
    R: Returns<V, S> + 'static,
    V: Value,
    S: 'static,
{
    match engine.prepare(caller::<R, V, S>(&request, true)).await {
        Prepared::Lead(mut lead) => {
            let patience = request.policy.windows().soft_timeout();
            return match (lead.aged.take(), patience) {
                (Some(aged), Some(patience)) => {
                    Box::pin(patience::lead_the_load(engine, request, (*lead, aged), patience, origin)).await
                }
                (aged, _) => {
                    lead.aged = aged;
                    Box::pin(lead_the_load(engine, &request, *lead, &mut *origin)).await
                }
            };
        }
        other => {
            if let Some((answer, lead)) = answered(other, &*origin) {
                if let Some(lead) = lead {
                    reload::begin(engine, request, *lead, origin);
                }
                return answer;
            }
        }
    }
    origin.start().await
}

fn caller<R: Returns<V, S>, V, S>(request: &Request, outlives: bool) -> Caller<'_> {
    let accepts_absent = request.policy.absent_ttl().is_some() && R::absent().is_some();
    Caller { request, accepts_absent, outlives, company: None }
}

/// The answer of a call that need not load, and the lead of a load that is due all the same.
fn answered<R, V, S>(prepared: Prepared, origin: &(dyn Load<'_, R, V, S> + '_)) -> Option<(R, Option<Box<Lead>>)>
where
    R: Returns<V, S>,
    V: Value,
{
    match prepared {
        Prepared::Found(content, lead) => restored(content).map(|answer| (answer, lead)),
        Prepared::Failed(failure) => origin.sharing()?.take(&failure).map(|answer| (answer, None)),
        Prepared::Lead(_) | Prepared::Alone => None,
    }
}

pub(super) fn restored<R, V, S>(content: Content) -> Option<R>
where
    R: Returns<V, S>,
    V: Value,
{
    match content {
        Content::Value(value) => value.downcast::<V>().ok().map(|value| R::value(Arc::unwrap_or_clone(value))),
        Content::Absent => R::absent(),
    }
}

/// Loads in the task of the caller, who gets what the origin returns.
async fn lead_the_load<'o, R, V, S>(
    engine: &Engine,
    request: &Request,
    mut lead: Lead,
    origin: &mut (dyn Load<'o, R, V, S> + '_),
) -> R
where
    R: Returns<V, S>,
    V: Value,
{
    let pulse = lead.leader.pulse();
    let answer = async {
        let start = clock::now();
        let flying = spans::of_load(request, lead.fly(|| origin.start()));
        let returned = engine.unless_it_panics(&[request], Box::pin(lead.keep_up(flying))).await;
        let settled = match settle(engine, request, lead, (returned, clock::since(start)), origin) {
            Ok(settled) => settled,
            Err(returned) => return returned,
        };
        settled.land(engine, request).await
    };
    pulse.watch(answer).await
}
