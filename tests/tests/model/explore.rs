//! Explores a protocol within bounds, and says what came of it.

use std::collections::BTreeSet;

use stateright::{Checker, HasDiscoveries, Model};

use crate::bounds::Bounds;
use crate::checker::CacheModel;
use crate::protocol::Protocol;

/// Panics with the steps that lead there, if a property does not hold.
pub(crate) fn holds(protocol: Protocol, bounds: Bounds) {
    let checker = explored(protocol, bounds, HasDiscoveries::AnyFailures);
    println!("{} states, {} steps", checker.unique_state_count(), checker.state_count());
    for (property, path) in checker.discoveries() {
        panic!("not so: {property}\n{}", told(path.into_vec()));
    }
}

/// Panics if no order of steps breaks the property.
pub(crate) fn breaks(protocol: Protocol, bounds: Bounds, property: &'static str) {
    let checker = explored(protocol, bounds, HasDiscoveries::AllOf(BTreeSet::from([property])));
    println!("{} states, {} steps", checker.unique_state_count(), checker.state_count());
    let path = checker.discovery(property).unwrap_or_else(|| panic!("always so: {property}"));
    println!("{}", told(path.into_vec()));
}

fn explored(protocol: Protocol, bounds: Bounds, until: HasDiscoveries) -> impl Checker<CacheModel> {
    bounds.check();
    CacheModel { protocol, bounds }.checker().threads(2).finish_when(until).spawn_bfs().join()
}

fn told<S: std::fmt::Debug, A: std::fmt::Debug>(path: Vec<(S, Option<A>)>) -> String {
    let lines = path.iter().map(|(state, action)| format!("{state:?}\n  -> {action:?}"));
    lines.collect::<Vec<_>>().join("\n")
}
