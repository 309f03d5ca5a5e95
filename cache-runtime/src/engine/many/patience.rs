//! A load of many keys whose caller has old values of all of them at hand, and waits only so long for new ones.

use std::sync::Arc;
use std::time::Duration;

use tracing::Instrument;

use super::job::{Contents, Job};
use super::judge::{Ended, judge};
use super::load::LoadMany;
use super::reload::go_on;
use super::returned::ReturnsMany;
use crate::clock::{self, Instant};
use crate::engine::outcome::Failure;
use crate::engine::reload::Running;
use crate::engine::request::Request;
use crate::engine::spans;
use crate::engine::state::Engine;
use crate::flight::Pulse;
use crate::observe::Event;
use crate::value::Value;

/// Loads for at most `patience`. What is slower goes on in the background, and the caller gets the old values.
pub(super) async fn load<K, R>(
    engine: &Arc<Engine>,
    mut job: Job<'_, K>,
    patience: Duration,
    origin: Arc<dyn LoadMany<'static, K, R>>,
) -> Result<Contents, Ended<R>>
where
    K: Clone + Send + Sync + 'static,
    R: ReturnsMany<K> + 'static,
    R::Value: Value,
{
    let mut contents = job.party.elect(engine, job.requests).await;
    tell_of(&contents, engine, job.requests);
    if job.party.is_empty() {
        return Ok(contents);
    }
    let (start, ids) = (clock::now(), job.party.ids());
    let span = spans::of_load_of_many(job.requests, ids.len());
    let mut running: Running<R> = Box::pin(job.party.fly(|| origin.start(ids.clone())).instrument(span));
    // What is returned need not be `Send`: none of it lives across an await.
    let led = job.party.led(job.requests);
    let flying = Box::pin(engine.unless_it_panics(&led, job.party.keep_up(&mut running)));
    let in_time = match clock::at_most(patience, flying).await {
        Some(returned) => match judge((returned, clock::since(start)), &ids, job.wanted(), &*origin) {
            Ok(loaded) => Some(loaded),
            Err((ended, failure)) => return failed(engine, job, &failure, (start, contents)).ok_or(ended),
        },
        None => None,
    };
    if let Some(loaded) = in_time {
        contents.extend(job.land(engine, loaded).await);
        return Ok(contents);
    }
    if let Some(old) = job.party.still_there(engine, job.requests).await {
        tell_of(&old, engine, job.requests);
        hand_over(engine, job, (running, start), origin);
        contents.extend(old);
        return Ok(contents);
    }
    // Some have no old value any more, and the new ones are on their way.
    let returned = engine.unless_it_panics(&led, job.party.keep_up(running)).await;
    let loaded = match judge((returned, clock::since(start)), &ids, job.wanted(), &*origin) {
        Ok(loaded) => loaded,
        Err((ended, failure)) => return failed(engine, job, &failure, (start, contents)).ok_or(ended),
    };
    contents.extend(job.land(engine, loaded).await);
    Ok(contents)
}

fn tell_of(old: &Contents, engine: &Engine, requests: &[Request]) {
    for request in old.iter().filter_map(|(index, _)| requests.get(*index)) {
        engine.tell(request, Event::StaleIfSlow);
    }
}

fn failed<K: Clone + Send>(
    engine: &Engine,
    job: Job<'_, K>,
    failure: &Failure,
    (start, mut contents): (Instant, Contents),
) -> Option<Contents> {
    contents.extend(job.fail(engine, failure, clock::since(start))?);
    Some(contents)
}

fn hand_over<K, R>(
    engine: &Arc<Engine>,
    job: Job<'_, K>,
    (running, start): (Running<R>, Instant),
    origin: Arc<dyn LoadMany<'static, K, R>>,
) where
    K: Clone + Send + Sync + 'static,
    R: ReturnsMany<K> + 'static,
    R::Value: Value,
{
    let Job { requests, party, .. } = job;
    let Some(room) = engine.loads.room() else {
        // Counts as a failure: begun anew by each caller, it would be cut off each time.
        for request in party.requests().filter_map(|index| requests.get(index)) {
            engine.tell(request, Event::ReloadSkipped);
        }
        party.fail_unseen(engine, requests, &Failure::without_room(), clock::since(start));
        return;
    };
    let pulse = Arc::new(Pulse::new());
    let (party, requests) = party.detached(requests, &pulse);
    // Its task may never be polled: left lying with its runtime, it is passed over.
    pulse.wake();
    let owner = Arc::clone(engine);
    engine.loads.spawn_in(room, async move {
        pulse.watch(go_on(&owner, &requests, party, (running, start), &*origin)).await;
    });
}
