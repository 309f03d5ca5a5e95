//! Who of those who wait gets what the flight has brought.
//!
//! The leader's own caller always does. Nobody else may get a value that was asked for before he arrived, unless it is
//! certain that it was still the newest when he did: its fill was sent later than that and accepted, so the key was not
//! invalidated before, and its tag has the same version even later. When the answer is given does not matter here, since
//! what a caller may get was settled when he arrived: so all get it at the end.

use crate::checker::CacheModel;
use crate::protocol::Sharing;
use crate::state::{Answer, Call, Caller, Outcome, State, Step};
use crate::steps::flights::covers;

pub(crate) fn land(model: &CacheModel, state: &mut State, slot: usize, answer: Answer, outcome: Outcome) {
    let sharing = model.protocol.sharing;
    // The tag is read again in this instant.
    let still_newest = match outcome {
        Outcome::Filled { tag, .. } => sharing == Sharing::WithoutTheTags || state.store.tag == Some(tag),
        Outcome::Nothing => false,
    };
    let may_have = |number: usize, call: Call| match outcome {
        _ if number == slot || sharing == Sharing::WithEverybody || covers(answer.asked, call.arrived) => true,
        Outcome::Filled { .. } if sharing == Sharing::MomentAfterTheFill => still_newest,
        Outcome::Filled { sent, .. } => still_newest && covers(sent, call.arrived),
        Outcome::Nothing => false,
    };
    for number in 0..state.callers.len() {
        if let Caller::Waiting(call, flight) = state.callers[number]
            && flight == slot
            && may_have(number, call)
        {
            state.answer(number, call, answer.value);
        }
    }
    let elected = state.flights[slot].is_some_and(|flight| flight.election.is_some());
    end(state, slot, elected.then_some(Step::Resign));
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
            flight.step = step;
            flight
        });
    }
}
