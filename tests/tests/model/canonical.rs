//! States that differ only in names are one: random bytes and moments are renamed in the order in which they
//! are met, and the callers of a process have no numbers of their own.

use crate::state::{
    Answer, CALLERS, Caller, FLIGHTS, Flight, Loaded, Moment, Outcome, PROCESSES, State, Step, process_of,
};
use crate::store::{Content, FIRST_RANDOM, Found, Stamp};

/// More than are ever alive at a time.
const NAMES: usize = 64;

impl State {
    /// The one of all states with this meaning that stands for them.
    pub(crate) fn canonical(mut self) -> Self {
        for first in 0..CALLERS - PROCESSES {
            order(&mut self, first, first + PROCESSES);
        }
        rename_stamps(&mut self);
        for process in 0..PROCESSES {
            rename_moments(&mut self, process);
        }
        self
    }
}

pub(crate) fn unused_stamp(state: &State) -> Stamp {
    let mut last = FIRST_RANDOM;
    each_stamp(&mut { *state }, &mut |stamp| last = last.max(*stamp));
    Stamp(last.0 + 1)
}

pub(crate) fn next_moment(state: &State, process: usize) -> Moment {
    let mut last = Moment(0);
    let mut see = |moment: &mut Moment| last = last.max(*moment);
    let state = &mut { *state };
    each_moment_of_a_flight(state, process, &mut see);
    each_arrival(state, process, &mut see);
    Moment(last.0 + 1)
}

/// Two callers of one process are the same but for their numbers.
fn order(state: &mut State, one: usize, other: usize) {
    let what = |number: usize| (state.callers[number], state.flights[number]);
    if what(one) <= what(other) {
        return;
    }
    state.callers.swap(one, other);
    state.flights.swap(one, other);
    for caller in &mut state.callers {
        if let Caller::Waiting(_, flight) = caller {
            *flight = match *flight {
                flight if flight == one => other,
                flight if flight == other => one,
                flight => flight,
            };
        }
    }
}

fn rename_stamps(state: &mut State) {
    let mut names = [None; NAMES];
    let mut next = FIRST_RANDOM.0;
    each_stamp(state, &mut |stamp| {
        if *stamp >= FIRST_RANDOM {
            *stamp = *names[usize::from(stamp.0)].get_or_insert_with(|| {
                next += 1;
                Stamp(next - 1)
            });
        }
    });
}

/// Arrivals are only ever compared with moments of flights: they count as equal if no such moment lies between them.
fn rename_moments(state: &mut State, process: usize) {
    let mut drawn = [false; NAMES];
    each_moment_of_a_flight(state, process, &mut |moment| drawn[usize::from(moment.0)] = true);
    let earlier = |moment: Moment| drawn.iter().take(usize::from(moment.0)).map(|drawn| u8::from(*drawn)).sum::<u8>();
    each_moment_of_a_flight(state, process, &mut |moment| *moment = Moment(2 * earlier(*moment) + 1));
    each_arrival(state, process, &mut |moment| *moment = Moment(2 * earlier(*moment)));
}

fn each_arrival(state: &mut State, process: usize, visit: &mut impl FnMut(&mut Moment)) {
    for number in (0..CALLERS).filter(|number| process_of(*number) == process) {
        match &mut state.callers[number] {
            Caller::Reading(call) | Caller::Missed(call, ..) | Caller::Waiting(call, _) => visit(&mut call.arrived),
            Caller::NotYet | Caller::Done => {}
        }
    }
}

fn each_moment_of_a_flight(state: &mut State, process: usize, visit: &mut impl FnMut(&mut Moment)) {
    for slot in (0..FLIGHTS).filter(|slot| process_of(*slot) == process) {
        let Some(flight) = &mut state.flights[slot] else { continue };
        flight.fallback.iter_mut().for_each(|answer| visit(&mut answer.asked));
        match &mut flight.step {
            Step::Fill { loaded: Loaded { started, .. }, .. } => visit(started),
            Step::Land(Answer { asked, .. }, outcome) => {
                visit(asked);
                if let Outcome::Filled { sent, .. } = outcome {
                    visit(sent);
                }
            }
            _ => {}
        }
    }
}

fn each_stamp(state: &mut State, visit: &mut impl FnMut(&mut Stamp)) {
    if let Some(entry) = &mut state.store.key {
        visit(&mut entry.stamp);
        if let Content::Value { tag, .. } = &mut entry.content {
            visit(tag);
        }
    }
    let store = &mut state.store;
    [&mut store.tag, &mut store.election, &mut store.lock].into_iter().flatten().for_each(&mut *visit);
    for caller in &mut state.callers {
        if let Caller::Missed(_, found, tag) = caller {
            each_stamp_found(found, visit);
            tag.iter_mut().for_each(&mut *visit);
        }
    }
    state.flights.iter_mut().flatten().for_each(|flight| each_stamp_of_a_flight(flight, visit));
    for writer in &mut state.writers {
        writer.found.iter_mut().for_each(|found| each_stamp_found(found, visit));
        [&mut writer.replaces, &mut writer.tag].into_iter().flatten().for_each(&mut *visit);
    }
}

fn each_stamp_of_a_flight(flight: &mut Flight, visit: &mut impl FnMut(&mut Stamp)) {
    flight.election.iter_mut().for_each(&mut *visit);
    match &mut flight.step {
        Step::Take { found, tag } => {
            each_stamp_found(found, visit);
            tag.iter_mut().for_each(visit);
        }
        Step::Load { replaces, tag } => [replaces, tag].into_iter().flatten().for_each(visit),
        Step::Fill { replaces, loaded } => {
            replaces.iter_mut().for_each(&mut *visit);
            visit(&mut loaded.tag);
        }
        Step::Land(_, Outcome::Filled { tag, .. }) => visit(tag),
        Step::Wait(stamp) | Step::WaitForElection(stamp) | Step::Release(stamp) => visit(stamp),
        Step::Elect | Step::Look | Step::Land(..) | Step::Resign => {}
    }
}

fn each_stamp_found(found: &mut Found, visit: &mut impl FnMut(&mut Stamp)) {
    match found {
        Found::Usable { stamp, .. } | Found::Unusable(stamp) | Found::Lease(stamp) => visit(stamp),
        Found::Nothing => {}
    }
}
