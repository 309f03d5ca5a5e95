//! Loads of many keys that no caller waits for.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream;
use tracing::{Instrument, Span};

use super::job::Due;
use super::judge::judge;
use super::load::LoadMany;
use super::party::Party;
use super::returned::ReturnsMany;
use super::share::Share;
use crate::clock::{self, Instant};
use crate::engine::outcome::{Failure, Loaded};
use crate::engine::panics::{Panic, caught};
use crate::engine::reload::{Running, returned, started};
use crate::engine::request::Request;
use crate::engine::spans;
use crate::engine::state::Engine;
use crate::flight::Pulse;
use crate::observe::Event;
use crate::value::Value;

/// Loads in the background, at once, all that is due, unless too much is loading there already.
pub(super) fn begin<K, R>(engine: &Arc<Engine>, due: Vec<Due<K>>, origin: &Arc<dyn LoadMany<'static, K, R>>)
where
    K: Clone + Send + Sync + 'static,
    R: ReturnsMany<K> + 'static,
    R::Value: Value,
{
    let Some(room) = engine.loads.room() else {
        for due in &due {
            engine.tell(&due.request, Event::ReloadSkipped);
        }
        return;
    };
    let pulse = Arc::new(Pulse::new());
    for due in &due {
        due.lead.leader.beat_with(&pulse);
    }
    // Its task may never be polled: left lying with its runtime, it is passed over.
    pulse.wake();
    let (owner, origin, cause) = (Arc::clone(engine), Arc::clone(origin), Span::current().id());
    engine.loads.spawn_in(room, async move {
        let reload = async {
            let (requests, mut party) = take_up(&owner, due, &pulse).await;
            if !party.is_empty() {
                let ids = party.ids();
                let span = spans::of_reload_of_many(&requests, ids.len(), cause);
                let running: Running<R> = Box::pin(party.fly(|| started(|| origin.start(ids))).instrument(span));
                go_on(&owner, &requests, party, (running, clock::now()), &*origin).await;
            }
        };
        Arc::clone(&pulse).watch(reload).await;
    });
}

/// Those for which this process is the one to load, and for which there still is something to do.
async fn take_up<K: Clone + Send>(engine: &Engine, due: Vec<Due<K>>, pulse: &Arc<Pulse>) -> (Vec<Request>, Party<K>) {
    let mut share = Share::none_of(&engine.crowd);
    let at_a_time = share.take(due.len());
    let taken_up = stream::iter(due).map(|Due { id, request, lead }| async move {
        let lead = engine.take_up(&request, *lead).await?;
        Some((id, request, Box::new(lead)))
    });
    let taken_up: Vec<_> = taken_up.buffer_unordered(at_a_time).collect().await;
    let (mut requests, mut party) = (Vec::new(), Party::default());
    for (id, request, lead) in taken_up.into_iter().flatten() {
        party.add(id, requests.len(), Some(lead), pulse);
        requests.push(request);
    }
    (requests, party)
}

/// Brings a load to its end that began some time ago.
pub(super) async fn go_on<K, R>(
    engine: &Engine,
    requests: &[Request],
    mut party: Party<K>,
    (running, start): (Running<R>, Instant),
    origin: &dyn LoadMany<'static, K, R>,
) where
    K: Clone + Send + Sync,
    R: ReturnsMany<K> + 'static,
    R::Value: Value,
{
    let (limit, ids) = (engine.settings.background_timeout, party.ids());
    let ended = Box::pin(party.keep_up(caught(running)));
    let ended = clock::at_most(limit.saturating_sub(clock::since(start)), ended).await;
    let took = clock::since(start);
    match judged((ended, took), limit, (requests, &ids), origin) {
        Ok(loaded) => {
            party.land(engine, requests, loaded).await;
            for request in requests {
                engine.tell(request, Event::Reloaded);
            }
        }
        Err(failure) => party.fail_unseen(engine, requests, &failure, took),
    }
}

/// What the end of a load comes to. None of the return lives on: it need not be `Send`.
fn judged<K, R>(
    (ended, took): (Option<Result<R, Panic>>, Duration),
    limit: Duration,
    (requests, ids): (&[Request], &[K]),
    origin: &dyn LoadMany<'static, K, R>,
) -> Result<Vec<Loaded>, Failure>
where
    R: ReturnsMany<K>,
    R::Value: Value,
{
    let returned = returned(ended, limit)?;
    judge((returned, took), ids, requests.iter().map(Some), origin).map_err(|(_, failure)| failure)
}
