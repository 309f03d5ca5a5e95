//! Explores a protocol within bounds, and says what came of it.

use std::collections::BTreeSet;

use stateright::{Checker, HasDiscoveries, Model, Path};

use crate::bounds::Bounds;
use crate::checker::{Action, CacheModel};
use crate::protocol::Protocol;
use crate::state::State;

/// Panics with the steps that lead there, if a property does not hold.
pub(crate) fn holds(protocol: Protocol, bounds: Bounds) {
    let checker = explored(protocol, bounds, HasDiscoveries::AnyFailures);
    println!("{} states, {} steps", checker.unique_state_count(), checker.state_count());
    if let Some((property, path)) = checker.discoveries().into_iter().next() {
        panic!("not so: {property}\n{}", told(path));
    }
}

/// Panics if no order of steps breaks the property; `--nocapture` shows one that does.
pub(crate) fn breaks(protocol: Protocol, bounds: Bounds, property: &'static str) {
    let checker = explored(protocol, bounds, HasDiscoveries::AllOf(BTreeSet::from([property])));
    println!("{} states, {} steps", checker.unique_state_count(), checker.state_count());
    let path = checker.discovery(property).unwrap_or_else(|| panic!("always so: {property}"));
    println!("{property}: not so after\n{}", told(path));
}

fn explored(protocol: Protocol, bounds: Bounds, until: HasDiscoveries) -> impl Checker<CacheModel> {
    bounds.check();
    CacheModel { protocol, bounds }.checker().threads(2).finish_when(until).spawn_bfs().join()
}

/// One line for each step, and in which state it left everything.
fn told(path: Path<State, Action>) -> String {
    let steps = path.into_vec();
    let came_by = [None].into_iter().chain(steps.iter().map(|(_, next)| *next));
    let lines = came_by.zip(&steps).map(|(action, (state, _))| format!("{action:?}\n    {state:?}"));
    lines.collect::<Vec<_>>().join("\n")
}
