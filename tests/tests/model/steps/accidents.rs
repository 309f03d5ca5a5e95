//! What goes wrong, now and then.

use crate::protocol::Tags;
use crate::state::{Caller, Flight, Outcome, PROCESSES, State, Step, process_of};
use crate::steps::{landing, tags};
use crate::store::{Content, Entry, Stamp};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Accident {
    LoseKey,
    LoseTag,
    LoseElection,
    LoseLock,
    /// What a process has held that has crashed expires.
    ExpireOrphans,
    Age,
    Crash(usize),
    Fail(usize),
    Refuse(usize),
    MakeTag,
    RepeatClaim(usize),
}

pub(crate) fn possible(state: &State) -> impl Iterator<Item = Accident> {
    let (left, store) = (state.left, state.store);
    let lost = [
        (left.losses > 0 && store.key.is_some(), Accident::LoseKey),
        (left.losses > 0 && store.tag.is_some_and(|tag| tag != Stamp::UNTAGGED), Accident::LoseTag),
        (left.losses > 0 && store.election.is_some(), Accident::LoseElection),
        (left.losses > 0 && store.lock.is_some(), Accident::LoseLock),
        (has_orphans(state), Accident::ExpireOrphans),
        (left.strangers > 0 && store.tag.is_none(), Accident::MakeTag),
        (left.ageings > 0 && can_age(store.key), Accident::Age),
    ];
    let crashes = (0..PROCESSES).map(move |process| (left.crashes > 0, Accident::Crash(process)));
    let flights = (0..state.flights.len()).flat_map(move |slot| {
        let step = state.flights[slot].map(|flight| flight.step);
        let fails = left.failures > 0
            && matches!(step, Some(Step::Load { .. } | Step::Fill { .. } | Step::Wait(_) | Step::WaitForElection(_)));
        let refused = left.refusals > 0 && matches!(step, Some(Step::Take { .. }));
        let repeated = left.repetitions > 0 && store.key.is_none() && lease_of(state, slot).is_some();
        [(fails, Accident::Fail(slot)), (refused, Accident::Refuse(slot)), (repeated, Accident::RepeatClaim(slot))]
    });
    lost.into_iter().chain(crashes).chain(flights).filter_map(|(possible, accident)| possible.then_some(accident))
}

fn can_age(key: Option<Entry>) -> bool {
    key.is_some_and(|entry| matches!(entry.content, Content::Value { aged: false, .. }))
}

/// Whether a process has crashed and left something that expires by itself.
pub(crate) fn has_orphans(state: &State) -> bool {
    state.crashed > 0 && (has_an_orphaned_lease(state) || has_an_orphaned_election(state))
}

fn expire_orphans(state: &mut State) {
    if has_an_orphaned_lease(state) {
        state.store.key = None;
    }
    if has_an_orphaned_election(state) {
        state.store.election = None;
    }
}

fn has_an_orphaned_election(state: &State) -> bool {
    let mut elected = state.flights.iter().flatten().filter_map(|flight| flight.election);
    state.store.election.is_some_and(|token| elected.all(|other| other != token))
}

fn has_an_orphaned_lease(state: &State) -> bool {
    let Some(Entry { stamp: lease, content: Content::Placeholder }) = state.store.key else { return false };
    !(0..state.flights.len()).any(|slot| lease_of(state, slot) == Some(lease))
        && !state.writers.iter().any(|writer| writer.replaces == Some(lease))
}

/// The lease in the key that the flight holds, or believes to hold.
fn lease_of(state: &State, slot: usize) -> Option<Stamp> {
    let flight = state.flights[slot].filter(|flight| flight.election.is_none())?;
    match flight.step {
        Step::Load { replaces, .. } | Step::Fill { replaces, .. } => replaces,
        Step::Release(lease) => Some(lease),
        _ => None,
    }
}

pub(crate) fn happen(state: &mut State, tags: Tags, accident: Accident) {
    match accident {
        Accident::LoseKey => {
            state.left.losses -= 1;
            state.store.key = None;
        }
        Accident::LoseTag => {
            state.left.losses -= 1;
            state.store.tag = None;
        }
        Accident::LoseElection => {
            state.left.losses -= 1;
            state.store.election = None;
        }
        Accident::LoseLock => {
            state.left.losses -= 1;
            state.store.lock = None;
        }
        Accident::ExpireOrphans => expire_orphans(state),
        Accident::Age => {
            state.left.ageings -= 1;
            if let Some(Entry { content: Content::Value { aged, .. }, .. }) = &mut state.store.key {
                *aged = true;
            }
        }
        Accident::Crash(process) => crash(state, process),
        Accident::Fail(slot) => fail(state, slot),
        Accident::Refuse(slot) => refuse(state, slot),
        Accident::MakeTag => {
            state.left.strangers -= 1;
            tags::version(state, tags);
        }
        Accident::RepeatClaim(slot) => {
            state.left.repetitions -= 1;
            state.store.key = lease_of(state, slot).map(Entry::placeholder);
        }
    }
}

/// Writers live on: a change whose process ends before it was made known is not acknowledged, so nothing is promised.
fn crash(state: &mut State, process: usize) {
    state.left.crashes -= 1;
    state.crashed += 1;
    for number in (0..state.callers.len()).filter(|number| process_of(*number) == process) {
        state.callers[number] = Caller::Done;
    }
    for slot in (0..state.flights.len()).filter(|slot| process_of(*slot) == process) {
        state.flights[slot] = None;
    }
}

/// The leader's caller has its error, or is gone; but an old value that was kept for that is the answer.
fn fail(state: &mut State, slot: usize) {
    state.left.failures -= 1;
    let Some(flight) = state.flights[slot] else { return };
    if let Some(answer) = flight.fallback {
        state.flights[slot] = Some(Flight { step: Step::Land(answer, Outcome::Found), fallback: None, ..flight });
        return;
    }
    if let Some(caller) = state.callers.get_mut(slot) {
        *caller = Caller::Done;
    }
    let left_to_do = match flight.election {
        Some(_) => Some(Step::Resign),
        None => lease_of(state, slot).map(Step::Release),
    };
    landing::end(state, slot, left_to_do);
}

/// The load goes on without a lease, and nothing will be stored.
fn refuse(state: &mut State, slot: usize) {
    state.left.refusals -= 1;
    if let Some(flight) = &mut state.flights[slot]
        && let Step::Take { tag, .. } = flight.step
    {
        flight.step = Step::Load { replaces: None, tag };
    }
}
