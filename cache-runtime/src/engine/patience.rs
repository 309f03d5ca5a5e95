//! A load whose caller has an old value at hand, and waits only so long for the new one.

use std::sync::Arc;
use std::time::Duration;

use super::budget::Budget;
use super::election::Election;
use super::load::Load;
use super::look_up::Aged;
use super::outcome::Failure;
use super::prepare::Lead;
use super::read_through::restored;
use super::reload::{Running, go_on};
use super::request::Request;
use super::returned::Returns;
use super::settle::settle;
use super::spans;
use super::state::Engine;
use crate::clock::{self, Instant};
use crate::key::Key;
use crate::observe::Event;
use crate::value::Value;

/// Leads a load for at most `patience`. What is slower goes on in the background, and the caller gets the old value.
pub(super) async fn lead_the_load<R, V, S>(
    engine: &Arc<Engine>,
    request: Request,
    (lead, aged): (Lead, Aged),
    patience: Duration,
    origin: Box<dyn Load<'static, R, V, S>>,
) -> R
where
    R: Returns<V, S> + 'static,
    V: Value,
    S: 'static,
{
    let pulse = lead.leader.pulse();
    pulse.watch(Box::pin(lead_for(engine, request, (lead, aged), patience, origin))).await
}

async fn lead_for<R, V, S>(
    engine: &Arc<Engine>,
    request: Request,
    (mut lead, aged): (Lead, Aged),
    patience: Duration,
    mut origin: Box<dyn Load<'static, R, V, S>>,
) -> R
where
    R: Returns<V, S> + 'static,
    V: Value,
    S: 'static,
{
    if !engine.is_to_load(&request.key, &mut lead).await
        && let Some(answer) = restored(aged.content.clone())
    {
        engine.tell(&request, Event::StaleIfSlow);
        return answer;
    }
    lead.aged = Some(aged.clone());
    let start = clock::now();
    let mut running: Running<R> = Box::pin(spans::of_load(&request, lead.fly(|| origin.start())));
    let wanted = [&request];
    let flying = Box::pin(engine.unless_it_panics(&wanted, lead.keep_up(&mut running)));
    let in_time = match clock::at_most(patience, flying).await {
        Some(returned) => match settle(engine, &request, lead, (returned, clock::since(start)), &*origin) {
            Ok(settled) => Ok(settled),
            Err(returned) => return returned,
        },
        None => Err(lead),
    };
    let settled = match in_time {
        Ok(settled) => settled,
        Err(lead) => {
            let mut budget = Budget::new(engine.settings.operation_timeout);
            let old = engine.still_there(&request, &aged, &mut budget).await;
            if let Some(answer) = old.and_then(restored) {
                engine.tell(&request, Event::StaleIfSlow);
                hand_over(engine, request, lead, (running, start), origin);
                return answer;
            }
            // There is no old value any more, and the new one is on its way.
            let returned = engine.unless_it_panics(&[&request], lead.keep_up(running)).await;
            match settle(engine, &request, lead, (returned, clock::since(start)), &*origin) {
                Ok(settled) => settled,
                Err(returned) => return returned,
            }
        }
    };
    settled.land(engine, &request).await
}

impl Engine {
    /// Finds out whether this process is the one to load in the place of an old entry. If not, another one does, and its value
    /// is there for the next caller.
    pub(super) async fn is_to_load(&self, key: &Key, lead: &mut Lead) -> bool {
        match self.elect(key).await {
            Election::Won(lease) => lead.lease = Some(lease),
            Election::Failed => {}
            Election::Lost(..) | Election::Resting | Election::Over => {
                self.backoff.left_to_another(key);
                return false;
            }
        }
        true
    }
}

fn hand_over<R, V, S>(
    engine: &Arc<Engine>,
    request: Request,
    lead: Lead,
    running: (Running<R>, Instant),
    origin: Box<dyn Load<'static, R, V, S>>,
) where
    R: Returns<V, S> + 'static,
    V: Value,
    S: 'static,
{
    let Some(room) = engine.loads.room() else {
        // Counts as a failure: begun anew by each caller, it would be cut off each time.
        engine.tell(&request, Event::ReloadSkipped);
        let failure = Failure::without_room();
        engine.failed_unseen(&request, lead, &failure, clock::since(running.1));
        return;
    };
    // Its task may never be polled: left lying with its runtime, it is passed over.
    lead.leader.pulse().wake();
    let owner = Arc::clone(engine);
    engine.loads.spawn_in(room, async move {
        let pulse = lead.leader.pulse();
        pulse.watch(go_on(&owner, &request, lead, running, origin)).await;
    });
}
