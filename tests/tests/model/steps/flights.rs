//! The one who loads, for a caller or in the background: from the look at the store to the fill.

use crate::checker::CacheModel;
use crate::protocol::{Lease, Protocol, Replacing, Tags};
use crate::state::{Answer, CALLERS, Flight, Loaded, Outcome, State, Step, process_of};
use crate::steps::{landing, tags};
use crate::store::{Entry, Found, Stamp};

impl Step {
    /// What comes after a look that brought no answer.
    pub(crate) fn after_a_look(found: Found, tag: Option<Stamp>) -> Self {
        match found {
            // The wait may also end with time, while the lease is renewed; that changes nothing, and is left out.
            Found::Lease(token) => Self::Wait(token),
            Found::Usable { .. } => Self::Elect,
            found => Self::Take { found, tag },
        }
    }
}

pub(crate) fn can_step(state: &State, flight: &Flight) -> bool {
    match flight.step {
        Step::Wait(lease) => !state.store.holds(lease),
        Step::WaitForElection(token) => state.store.election != Some(token),
        _ => true,
    }
}

/// The lease of this load is gone and it has not noticed yet.
pub(crate) fn can_notice_a_loss(state: &State, flight: &Flight) -> bool {
    let (Step::Load { replaces: Some(lease), .. } | Step::Fill { replaces: Some(lease), .. }) = flight.step else {
        return false;
    };
    flight.joinable && flight.election.is_none() && !state.store.holds(lease)
}

pub(crate) fn step(model: &CacheModel, state: &mut State, slot: usize) {
    let Some(flight) = state.flights[slot] else { return };
    match flight.step {
        Step::Elect => elect(state, slot),
        Step::Look | Step::Wait(_) | Step::WaitForElection(_) => look(model, state, slot, &flight),
        Step::Take { found, tag } => take(model, state, slot, found, tag),
        Step::Load { replaces, tag } => load(model, state, slot, replaces, tag),
        Step::Fill { replaces, loaded } => fill(model, state, slot, replaces, loaded),
        Step::Land(answer, outcome) => landing::land(model, state, slot, answer, outcome),
        Step::Release(lease) => {
            if model.protocol.lease != Lease::KeptAfterFailure {
                give_back(model, state, lease);
            }
            state.flights[slot] = None;
        }
        Step::Resign => {
            flight.election.into_iter().for_each(|token| state.store.resign(token));
            state.flights[slot] = None;
        }
    }
}

fn go_on(state: &mut State, slot: usize, step: Step) {
    if let Some(flight) = &mut state.flights[slot] {
        flight.step = step;
    }
}

fn elect(state: &mut State, slot: usize) {
    let present = state.store.election;
    let token = state.random();
    match present {
        None => {
            state.store.elect(token);
            if let Some(flight) = &mut state.flights[slot] {
                flight.election = Some(token);
                flight.step = Step::Look;
            }
        }
        Some(elected) if has_a_caller(slot) => go_on(state, slot, Step::WaitForElection(elected)),
        Some(_) => landing::end(state, slot, None),
    }
}

fn has_a_caller(slot: usize) -> bool {
    slot < CALLERS
}

/// A look counts as sent when it happens: a caller who arrives in between is only refused what he could have had.
fn look(model: &CacheModel, state: &mut State, slot: usize, flight: &Flight) {
    let asked = state.now(process_of(slot));
    let tag = state.store.tag;
    match (state.store.look(), flight.election) {
        (Found::Usable { stamp, value, aged: true }, Some(_)) => {
            let fallback = has_a_caller(slot).then_some(Answer { value, asked });
            let step = Step::Load { replaces: Some(stamp), tag };
            state.flights[slot] = Some(Flight { fallback, step, ..*flight });
        }
        (Found::Usable { value, aged, .. }, _) if model.bounds.serves(aged) => {
            go_on(state, slot, Step::Land(Answer { value, asked }, Outcome::Found));
        }
        // What was to be reloaded is gone. A caller still wants a value; else it is the matter of the next one.
        (found, Some(token)) if has_a_caller(slot) => {
            state.store.resign(token);
            state.flights[slot] = Some(Flight { election: None, step: Step::after_a_look(found, tag), ..*flight });
        }
        (_, Some(_)) => landing::end(state, slot, Some(Step::Resign)),
        (found, None) => go_on(state, slot, Step::after_a_look(found, tag)),
    }
}

fn take(model: &CacheModel, state: &mut State, slot: usize, found: Found, tag: Option<Stamp>) {
    let token = token(model, state, process_of(slot));
    let won = state.store.take(model.protocol.lease, found, token);
    go_on(state, slot, if won { Step::Load { replaces: Some(token), tag } } else { Step::Look });
}

fn token(model: &CacheModel, state: &State, process: usize) -> Stamp {
    if model.protocol.lease == Lease::TokenPerClient { Stamp::of_client(process) } else { state.random() }
}

/// As with a look, the load counts as started when the origin reads the row.
fn load(model: &CacheModel, state: &mut State, slot: usize, replaces: Option<Stamp>, tag: Option<Stamp>) {
    let Some(tag) = tag else {
        let tag = Some(tags::version(state, model.protocol.tags));
        return go_on(state, slot, Step::Load { replaces, tag });
    };
    state.loads += u8::from(model.bounds.quiet());
    let loaded = Loaded { value: state.row, started: state.now(process_of(slot)), tag };
    go_on(state, slot, Step::Fill { replaces, loaded });
}

fn fill(model: &CacheModel, state: &mut State, slot: usize, replaces: Option<Stamp>, loaded: Loaded) {
    let sent = state.now(process_of(slot));
    let accepted = replaces.is_some_and(|stamp| store(model, state, slot, stamp, loaded));
    let answer = Answer { value: loaded.value, asked: loaded.started };
    let outcome = if accepted { Outcome::Filled { sent, tag: loaded.tag } } else { Outcome::NotStored };
    go_on(state, slot, Step::Land(answer, outcome));
}

/// Stores what was loaded, or gives the lease back if there is nothing to store. `false`: the store has refused.
fn store(model: &CacheModel, state: &mut State, slot: usize, replaces: Stamp, loaded: Loaded) -> bool {
    let reloads = state.flights[slot].is_some_and(|flight| flight.election.is_some());
    if model.bounds.stores_nothing {
        return if reloads { state.store.remove_if(replaces) } else { give_back(model, state, replaces) };
    }
    let tag = match model.protocol.tags {
        Tags::ReadAtTheFill => tags::version(state, Tags::ReadAtTheFill),
        Tags::Random | Tags::Counters => loaded.tag,
    };
    let entry = Entry::value(state.random(), loaded.value, tag);
    let accepted = match model.protocol {
        Protocol { replacing: Replacing::Overwrites, .. } if reloads => true,
        Protocol { lease: Lease::Nobody, .. } => true,
        Protocol { lease: Lease::BesideTheKey, .. } if !reloads => state.store.unlock(replaces),
        _ => return state.store.replace(replaces, entry),
    };
    if accepted {
        state.store.key = Some(entry);
    }
    accepted
}

fn give_back(model: &CacheModel, state: &mut State, lease: Stamp) -> bool {
    if model.protocol.lease == Lease::BesideTheKey { state.store.unlock(lease) } else { state.store.remove_if(lease) }
}

/// A renewal is refused, and nobody joins the flight any more.
pub(crate) fn notice_a_loss(state: &mut State, slot: usize) {
    if let Some(flight) = &mut state.flights[slot] {
        flight.joinable = false;
    }
}
