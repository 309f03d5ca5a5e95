//! The model as the checker sees it: where it begins, what can happen, and what must always hold.

use stateright::{Model, Property};

use crate::bounds::Bounds;
use crate::properties;
use crate::protocol::Protocol;
use crate::state::State;
use crate::steps::accidents::{self, Accident};
use crate::steps::{callers, flights, writers};

#[derive(Clone, Copy, Debug)]
pub(crate) struct CacheModel {
    pub(crate) protocol: Protocol,
    pub(crate) bounds: Bounds,
}

/// Who does the next step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Caller(usize),
    Flight(usize),
    RenewalRefused(usize),
    Writer(usize),
    Accident(Accident),
}

impl CacheModel {
    /// What can happen without an accident.
    pub(crate) fn steps(state: &State) -> impl Iterator<Item = Action> {
        let callers = state.callers.iter().enumerate().filter(|(_, caller)| callers::can_step(**caller));
        let writers = state.writers.iter().enumerate().filter(|(_, writer)| !writer.done);
        let flights = state.flights.iter().enumerate().filter_map(|(slot, flight)| Some((slot, flight.as_ref()?)));
        callers
            .map(|(number, _)| Action::Caller(number))
            .chain(writers.map(|(number, _)| Action::Writer(number)))
            .chain(flights.clone().filter(|(_, f)| flights::can_step(state, f)).map(|(slot, _)| Action::Flight(slot)))
            .chain(
                flights
                    .filter(|(_, f)| flights::can_notice_a_loss(state, f))
                    .map(|(slot, _)| Action::RenewalRefused(slot)),
            )
    }
}

impl Model for CacheModel {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State::new(&self.bounds).canonical()]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        actions.extend(Self::steps(state));
        actions.extend(accidents::possible(state).map(Action::Accident));
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = *last;
        match action {
            Action::Caller(number) => callers::step(&self.bounds, &mut state, number),
            Action::Flight(slot) => flights::step(self, &mut state, slot),
            Action::RenewalRefused(slot) => flights::notice_a_loss(&mut state, slot),
            Action::Writer(number) => writers::step(self, &mut state, number),
            Action::Accident(accident) => accidents::happen(&mut state, self.protocol.tags, accident),
        }
        Some(state.canonical())
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties::all()
    }
}
