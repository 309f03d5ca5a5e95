//! A call of the annotated function, until it joins a flight.

use crate::bounds::Bounds;
use crate::state::{CALLERS, Call, Caller, Flight, State, Step, process_of};
use crate::store::Found;

/// Followers and leaders are moved by their flights.
pub(crate) fn can_step(caller: Caller) -> bool {
    !matches!(caller, Caller::Waiting(..) | Caller::Done)
}

pub(crate) fn step(bounds: &Bounds, state: &mut State, number: usize) {
    match state.callers[number] {
        Caller::NotYet => {
            let call = Call { arrived: state.now(process_of(number)), floor: state.acknowledged };
            state.callers[number] = Caller::Reading(call);
        }
        Caller::Reading(call) => read(bounds, state, number, call),
        Caller::Missed(call, found, tag) => {
            let flight = state.joinable(process_of(number)).unwrap_or_else(|| {
                state.flights[number] = Some(Flight::new(Step::after_a_look(found, tag)));
                number
            });
            state.callers[number] = Caller::Waiting(call, flight);
        }
        Caller::Waiting(..) | Caller::Done => {}
    }
}

fn read(bounds: &Bounds, state: &mut State, number: usize, call: Call) {
    match state.store.look() {
        Found::Usable { value, aged, .. } if bounds.serves(aged) => {
            state.answer(number, call, value);
            if aged {
                reload(state, process_of(number));
            }
        }
        found => state.callers[number] = Caller::Missed(call, found, state.store.tag),
    }
}

/// Starts a reload in the background, if this process loads not already.
fn reload(state: &mut State, process: usize) {
    let place = CALLERS + process;
    if state.joinable(process).is_none() && state.flights[place].is_none() {
        state.flights[place] = Some(Flight::new(Step::Elect));
    }
}
