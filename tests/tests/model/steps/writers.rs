//! Changes of the row, and the ways to make them known.

use crate::bounds::Change;
use crate::checker::CacheModel;
use crate::protocol::{Put, Replacing};
use crate::state::{State, Writer, process_of_writer};
use crate::steps::tags;
use crate::store::{Entry, Found, Stamp};

/// One thing that a writer does.
#[derive(Clone, Copy)]
enum Op {
    /// Changes the row, and dooms the flights of the process. In truth flights are doomed a moment later, just before
    /// the next command; doing it first leaves more flights to join.
    Commit,
    /// `SET key placeholder`, whatever is there.
    Claim,
    ReadTag,
    /// `SET key value`, whatever is there.
    Overwrite,
    /// Stores over what was claimed or seen; refused, nothing more is to be done.
    Replace,
    /// The same, but what is there instead is removed.
    ReplaceOrRemove,
    Remove,
    RemoveTag,
    Look,
    /// Takes the place of what was seen: of a lease by a new one, of a value by comparing in the end.
    Take,
    Load,
}

/// What is done for a change: the operations of one group happen in one instant.
fn program(change: Change, put: Put) -> &'static [&'static [Op]] {
    use Op::{Claim, Commit, Load, Look, Overwrite, ReadTag, Remove, RemoveTag, Replace, ReplaceOrRemove, Take};
    match (change, put) {
        (Change::Invalidate, _) => &[&[Commit], &[Remove]],
        (Change::InvalidateTag, _) => &[&[Commit], &[RemoveTag]],
        (Change::Refresh, _) => &[&[Commit], &[Look], &[Take], &[Load], &[ReplaceOrRemove]],
        (Change::Put, Put::ClaimsWithTheCommit) => &[&[Commit, ReadTag, Claim], &[Replace]],
        (Change::Put, Put::ClaimsBeforeTheCommit) => &[&[Claim], &[ReadTag], &[Commit], &[ReplaceOrRemove]],
        (Change::Put, Put::ClaimsAfterTheCommit) => &[&[Commit], &[ReadTag], &[Claim], &[Replace]],
        (Change::Put, Put::ReadsTagsAfterTheClaim) => &[&[Commit, Claim], &[ReadTag], &[Replace]],
        (Change::Put, Put::Overwrites) => &[&[Commit], &[ReadTag], &[Overwrite]],
    }
}

/// The group of `Refresh` to which a lost race leads back.
const LOOK_AGAIN: u8 = 1;

pub(crate) fn step(model: &CacheModel, state: &mut State, number: usize) {
    let program = program(model.bounds.writers[number], model.protocol.put);
    let next = usize::from(state.writers[number].next);
    state.writers[number].next += 1;
    for op in program[next] {
        perform(model, state, number, *op);
    }
    if usize::from(state.writers[number].next) == program.len() {
        acknowledge(state, number);
    }
}

fn acknowledge(state: &mut State, number: usize) {
    let writer = &mut state.writers[number];
    state.acknowledged = state.acknowledged.max(writer.value);
    *writer = Writer { done: true, ..Writer::default() };
}

fn perform(model: &CacheModel, state: &mut State, number: usize, op: Op) {
    match op {
        Op::Commit => {
            state.row += 1;
            state.writers[number].value = state.row;
            state.doom(process_of_writer(number));
        }
        Op::Claim => {
            let token = state.random();
            state.store.key = Some(Entry::placeholder(token));
            state.writers[number].replaces = Some(token);
        }
        Op::ReadTag => state.writers[number].tag = Some(tags::version(state, model.protocol.tags)),
        Op::Overwrite => state.store.key = Some(new_value(state, number)),
        Op::Replace => _ = replace(model, state, number),
        Op::ReplaceOrRemove => {
            if !replace(model, state, number) {
                state.store.key = None;
            }
        }
        Op::Remove => state.store.key = None,
        Op::RemoveTag => tags::invalidate(state, model.protocol.tags),
        Op::Look => {
            state.writers[number].found = Some(state.store.look());
            state.writers[number].tag = state.store.tag;
        }
        Op::Take => take(model, state, number),
        Op::Load => {
            state.writers[number].value = state.row;
            let tag = state.writers[number].tag;
            state.writers[number].tag = tag.or_else(|| Some(tags::version(state, model.protocol.tags)));
        }
    }
}

fn take(model: &CacheModel, state: &mut State, number: usize) {
    let Some(found) = state.writers[number].found.take() else { return };
    if let Found::Usable { stamp, .. } | Found::Unusable(stamp) = found {
        state.writers[number].replaces = Some(stamp);
        return;
    }
    let token = state.random();
    if state.store.take(model.protocol.lease, found, token) {
        state.writers[number].replaces = Some(token);
    } else {
        state.writers[number].next = LOOK_AGAIN;
    }
}

fn replace(model: &CacheModel, state: &mut State, number: usize) -> bool {
    let entry = new_value(state, number);
    if model.protocol.replacing == Replacing::Overwrites {
        state.store.key = Some(entry);
        return true;
    }
    state.writers[number].replaces.is_some_and(|stamp| state.store.replace(stamp, entry))
}

fn new_value(state: &State, number: usize) -> Entry {
    let writer = state.writers[number];
    Entry::value(state.random(), writer.value, writer.tag.unwrap_or(Stamp::UNTAGGED))
}
