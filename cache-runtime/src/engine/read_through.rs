//! Read-through: the store first, the origin on a miss.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use super::load::Load;
use super::prepare::{Lead, Prepared};
use super::request::Request;
use super::returned::{Returns, Unpacked};
use super::state::Engine;
use crate::clock;
use crate::flight::Landing;
use crate::observe::Event;
use crate::value::{Content, Value};

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
    let accepts_absent = request.policy.absent_ttl().is_some() && R::absent().is_some();
    // What is returned need not be `Send`: none of it lives across an await, here and below.
    match engine.prepare(request, accepts_absent).await {
        Prepared::Found(content) => {
            if let Some(answer) = restored(content) {
                return answer;
            }
        }
        Prepared::Failed(failure) => {
            if let Some(answer) = origin.sharing().and_then(|sharing| sharing.take(&failure)) {
                return answer;
            }
        }
        Prepared::Lead(lead) => {
            let watched = lead.leader.pulse();
            return watched.watch(lead_the_load(engine, request, lead, origin)).await;
        }
        Prepared::Alone => {}
    }
    origin.start().await
}

async fn lead_the_load<'o, R, V, S>(
    engine: &Engine,
    request: &Request,
    lead: Lead<'_>,
    origin: &mut (dyn Load<'o, R, V, S> + '_),
) -> R
where
    R: Returns<V, S>,
    V: Value,
{
    let start = clock::now();
    let returned = lead.leader.fly(origin.start()).await;
    let took = clock::since(start);
    let loaded = match returned.unpack() {
        Unpacked::Value(value) => Loaded::Value(ttl_of(&value, request, origin), Arc::new(value)),
        Unpacked::Absent(again) => Loaded::Absent(again),
        Unpacked::Failed(failure) => {
            engine.tell(Event::LoadFailed { took });
            let shared = origin.sharing().map(|sharing| sharing.share(&failure));
            lead.leader.land(Landing::Failed(shared));
            return failure;
        }
    };
    engine.tell(Event::Loaded { took });
    match loaded {
        Loaded::Value(ttl, value) => {
            engine.land(request, lead, Content::Value(Arc::<V>::clone(&value)), ttl, took).await;
            R::value(Arc::unwrap_or_clone(value))
        }
        Loaded::Absent(again) => {
            engine.land(request, lead, Content::Absent, request.policy.absent_ttl(), took).await;
            again()
        }
    }
}

/// What a load brought that did not fail.
enum Loaded<V, R> {
    Value(Option<Duration>, Arc<V>),
    Absent(Box<dyn FnOnce() -> R + Send>),
}

fn restored<R, V, S>(content: Content) -> Option<R>
where
    R: Returns<V, S>,
    V: Value,
{
    match content {
        Content::Value(value) => value.downcast::<V>().ok().map(|value| R::value(Arc::unwrap_or_clone(value))),
        Content::Absent => R::absent(),
    }
}

/// How long to keep `value`. A rule that panics says nothing: its panic would be one that the body did not have.
fn ttl_of<R, V, S>(value: &V, request: &Request, origin: &(dyn Load<'_, R, V, S> + '_)) -> Option<Duration> {
    let rules = origin.rules();
    let judged = catch_unwind(AssertUnwindSafe(|| rules.ttl_of(value, request.usual_ttl())));
    judged.unwrap_or_else(|_| {
        tracing::error!(
            target: "cache_runtime",
            function = request.spec.name,
            "the `ttl` or `cache_if` closure panicked; the value is not stored",
        );
        None
    })
}
