//! What becomes of the version of the tag.

use crate::protocol::Tags;
use crate::state::State;
use crate::store::Stamp;

const FIRST_COUNT: Stamp = Stamp(1);

/// The version of the tag, which is made if it is missing: `SET tag random NX`, `GET tag`.
pub(crate) fn version(state: &mut State, tags: Tags) -> Stamp {
    let new = if tags == Tags::Counters { FIRST_COUNT } else { state.random() };
    *state.store.tag.get_or_insert(new)
}

/// `DEL tag`, or `INCR tag`.
pub(crate) fn invalidate(state: &mut State, tags: Tags) {
    state.store.tag = match (tags, state.store.tag) {
        (Tags::Counters, Some(Stamp(count))) => Some(Stamp(count + 1)),
        (Tags::Counters, None) => Some(FIRST_COUNT),
        (Tags::Random | Tags::ReadAtTheFill, _) => None,
    };
}
