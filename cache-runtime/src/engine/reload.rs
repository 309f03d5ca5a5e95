//! Loads that no caller waits for.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tracing::Span;

use super::budget::Budget;
use super::election::Election;
use super::load::Load;
use super::look_up::LookUp;
use super::outcome::{Failure, Loaded, judge};
use super::panics::{Panic, caught, message};
use super::prepare::{Lead, Spot};
use super::request::Request;
use super::returned::Returns;
use super::spans;
use super::state::Engine;
use crate::clock::{self, Instant};
use crate::flight::Landing;
use crate::observe::Event;
use crate::value::{Content, Value};

/// A load under way.
pub(super) type Running<R> = Pin<Box<dyn Future<Output = R> + Send>>;

/// Loads in the background what is due, unless too much is loading there already.
pub(super) fn begin<R, V, S>(
    engine: &Arc<Engine>,
    request: Request,
    lead: Lead,
    mut origin: Box<dyn Load<'static, R, V, S>>,
) where
    R: Returns<V, S> + 'static,
    V: Value,
    S: 'static,
{
    let Some(room) = engine.loads.room() else {
        engine.tell(&request, Event::ReloadSkipped);
        return;
    };
    // Its task may never be polled: left lying with its runtime, it is passed over.
    lead.leader.pulse().wake();
    let (owner, cause) = (Arc::clone(engine), Span::current().id());
    engine.loads.spawn_in(room, async move {
        let pulse = lead.leader.pulse();
        let reload = async {
            if let Some(mut lead) = owner.take_up(&request, lead).await {
                let flying = lead.fly(|| started(|| origin.start()));
                let running: Running<R> = Box::pin(spans::of_reload(&request, cause, flying));
                go_on(&owner, &request, lead, (running, clock::now()), origin).await;
            }
        };
        pulse.watch(reload).await;
    });
}

/// Begins a load. A panic on the way is one of the load.
pub(super) fn started<R: 'static>(start: impl FnOnce() -> Running<R>) -> Running<R> {
    catch_unwind(AssertUnwindSafe(start)).unwrap_or_else(|panic| Box::pin(async { resume_unwind(panic) }))
}

/// Brings a load to its end that began some time ago.
pub(super) async fn go_on<R, V, S>(
    engine: &Engine,
    request: &Request,
    lead: Lead,
    (running, start): (Running<R>, Instant),
    origin: Box<dyn Load<'static, R, V, S>>,
) where
    R: Returns<V, S> + 'static,
    V: Value,
    S: 'static,
{
    let limit = engine.settings.background_timeout;
    let ended = Box::pin(lead.keep_up(caught(running)));
    let ended = clock::at_most(limit.saturating_sub(clock::since(start)), ended).await;
    let took = clock::since(start);
    match judged((ended, took), limit, request, &*origin) {
        Ok(loaded) => {
            Box::pin(engine.land(request, lead, loaded)).await;
            engine.tell(request, Event::Reloaded);
        }
        Err(failure) => engine.failed_unseen(request, lead, &failure, took),
    }
}

/// What the end of a load comes to. None of the return lives on: it need not be `Send`.
fn judged<R, V, S>(
    (ended, took): (Option<Result<R, Panic>>, Duration),
    limit: Duration,
    request: &Request,
    origin: &(dyn Load<'_, R, V, S> + '_),
) -> Result<Loaded, Failure>
where
    R: Returns<V, S>,
    V: Value,
{
    judge((returned(ended, limit)?, took), request, origin).map(|(_, loaded)| loaded).map_err(|(_, failure)| failure)
}

/// What a load returned, if it came to that within `limit`.
pub(super) fn returned<R>(ended: Option<Result<R, Panic>>, limit: Duration) -> Result<R, Failure> {
    match ended {
        Some(Ok(returned)) => Ok(returned),
        Some(Err(panic)) => Err(Failure::said(format!("it panicked: {}", message(&panic)))),
        None => Err(Failure::said(format!("it took longer than `background_timeout`, {limit:?}"))),
    }
}

impl Engine {
    /// Finds out whether this process is the one to load, and whether there still is something to do.
    pub(super) async fn take_up(&self, request: &Request, mut lead: Lead) -> Option<Lead> {
        let lease = match self.elect(&request.key).await {
            Election::Won(lease) => lease,
            Election::Lost(..) | Election::Resting | Election::Over => {
                self.tell(request, Event::ReloadLeft);
                self.backoff.left_to_another(&request.key);
                return None;
            }
            Election::Failed => {
                self.tell(request, Event::ReloadSkipped);
                self.backoff.left_to_another(&request.key);
                return None;
            }
        };
        let mut budget = Budget::new(self.settings.operation_timeout);
        // Another process may have been quicker. What it has stored is for those, too, who are here by now.
        let asked = lead.leader.moment();
        match self.look_up(request, true, &mut budget).await {
            LookUp::Aged(now) if !lead.leader.is_doomed() => {
                lead.spot = Some(Spot::from(&now));
                lead.aged = Some(now);
                lead.lease = Some(lease);
                return Some(lead);
            }
            LookUp::Fresh(Content::Value(value)) => lead.leader.land(Landing::Value(value), asked),
            LookUp::Unknown(_) => self.tell(request, Event::ReloadSkipped),
            // Invalidated, or its time was over: that is for the next caller.
            _ => {}
        }
        None
    }
}
