//! Who of those who wait gets what the flight has brought.
//!
//! The leader's own caller always does. Nobody else may get a value that was asked for before he arrived, unless it is
//! certain that it was still the newest when he did: its fill was sent later than that and accepted, so the key was not
//! invalidated before, and its tag has the same version even later. When the answer is given does not matter here,
//! since what a caller may get was settled when he arrived: so all get it at the end.

use crate::checker::CacheModel;
use crate::protocol::Sharing;
use crate::state::{Answer, Caller, Moment, Outcome, State, Step};

pub(crate) fn land(model: &CacheModel, state: &mut State, slot: usize, answer: Answer, outcome: Outcome) {
    let until = last_arrival(model.protocol.sharing, state, answer, outcome);
    for number in 0..state.callers.len() {
        if let Caller::Waiting(call, flight) = state.callers[number]
            && flight == slot
            && (number == slot || until.is_none_or(|moment| call.arrived < moment))
        {
            state.answer(number, call, answer.value);
        }
    }
    let elected = state.flights[slot].is_some_and(|flight| flight.election.is_some());
    end(state, slot, elected.then_some(Step::Resign));
}

/// The moment before which a caller must have arrived to be given the answer; `None`: all get it.
fn last_arrival(sharing: Sharing, state: &State, answer: Answer, outcome: Outcome) -> Option<Moment> {
    match (sharing, outcome) {
        (Sharing::WithEverybody, _) | (Sharing::RepliesWithEverybody, Outcome::Found) => None,
        (Sharing::WithoutTheTags, Outcome::Filled { sent, .. }) => Some(sent),
        // The tag is read again in this instant.
        (_, Outcome::Filled { sent, tag }) if state.store.tag == Some(tag) => {
            (sharing != Sharing::MomentAfterTheFill).then_some(sent)
        }
        _ => Some(answer.asked),
    }
}

/// Those who have no answer yet start over. What is left to do is done behind them.
pub(crate) fn end(state: &mut State, slot: usize, left_to_do: Option<Step>) {
    for caller in &mut state.callers {
        if let Caller::Waiting(call, flight) = *caller
            && flight == slot
        {
            *caller = Caller::Reading(call);
        }
    }
    if let Some(mut flight) = state.flights[slot] {
        state.flights[slot] = left_to_do.map(|step| {
            flight.joinable = false;
            flight.fallback = None;
            flight.step = step;
            flight
        });
    }
}
