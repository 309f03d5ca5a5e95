//! What becomes of the version of the tag.

use crate::protocol::Tags;
use crate::state::State;
use crate::store::Stamp;

/// The version of the tag, which is made if it is missing: `SET tag random NX`, `GET tag`.
pub(crate) fn version(state: &mut State, tags: Tags) -> Stamp {
    let new = if tags == Tags::Counters { Stamp::FIRST } else { state.random() };
    *state.store.tag.get_or_insert(new)
}

/// `DEL tag`, or `INCR tag`.
pub(crate) fn invalidate(state: &mut State, tags: Tags) {
    state.store.tag = match (tags, state.store.tag) {
        (Tags::Counters, Some(Stamp(count))) => Some(Stamp(count + 1)),
        (Tags::Counters, None) => Some(Stamp(1)),
        (Tags::Random | Tags::ReadAtTheFill, _) => None,
    };
}
