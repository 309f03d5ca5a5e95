//! What must hold in every state.

use stateright::Property;

use crate::checker::CacheModel;
use crate::state::State;
use crate::steps::accidents;
use crate::store::Found;

pub(crate) const NO_STALE_ANSWER: &str = "who calls after an acknowledged change gets no older value";
pub(crate) const NO_STALE_REST: &str = "when all is done, no value is left that a reader would wrongly believe";
pub(crate) const NOBODY_IS_STUCK: &str = "somebody can go on until all are done";
pub(crate) const ONE_LOAD: &str = "a key that nobody changes or loses is loaded once";

pub(crate) fn all() -> Vec<Property<CacheModel>> {
    vec![
        Property::always(NO_STALE_ANSWER, |_, state: &State| !state.stale_answer),
        Property::always(NO_STALE_REST, |_, state: &State| !state.at_rest() || believes_the_row(state)),
        Property::always(NOBODY_IS_STUCK, |_, state: &State| state.at_rest() || can_go_on(state)),
        Property::always(ONE_LOAD, |_, state: &State| state.loads <= 1),
    ]
}

fn believes_the_row(state: &State) -> bool {
    match state.store.look() {
        Found::Usable { value, .. } => value == state.row,
        Found::Nothing | Found::Unusable(_) | Found::Lease(_) => true,
    }
}

/// Without the help of an accident; but a lease whose holder has crashed ends by itself.
fn can_go_on(state: &State) -> bool {
    CacheModel::steps(state).next().is_some() || accidents::has_orphans(state)
}
