//! A key that two templates have in common.

use std::collections::{HashMap, VecDeque};

use foldhash::fast::RandomState;

use super::pattern::{Pattern, State};

/// Where one is in each of two patterns.
type Place = (usize, usize);

/// How each place was first reached: from which one, and by which character.
type Trail = HashMap<Place, Option<(Place, Option<char>)>, RandomState>;

/// A key that both may make, if there is one; with something in every placeholder, if that can be.
pub(super) fn common_key(one: &Pattern, other: &Pattern) -> Option<String> {
    if !one.may_meet(other) {
        return None;
    }
    Search { one, other, blanks: false }.run().or_else(|| Search { one, other, blanks: true }.run())
}

/// Both patterns read one text, in all ways in which they can, the shorter ones first.
struct Search<'a> {
    one: &'a Pattern,
    other: &'a Pattern,
    /// Whether a placeholder may be filled with nothing.
    blanks: bool,
}

impl Search<'_> {
    fn run(&self) -> Option<String> {
        let goal = (self.one.end(), self.other.end());
        let mut trail = Trail::default();
        let mut queue = VecDeque::from([(0, 0)]);
        trail.insert((0, 0), None);
        while let Some(place) = queue.pop_front() {
            if place == goal {
                return Some(text(&trail, goal));
            }
            for (next, read) in self.steps(place) {
                trail.entry(next).or_insert_with(|| {
                    queue.push_back(next);
                    Some((place, read))
                });
            }
        }
        None
    }

    fn steps(&self, place: Place) -> Vec<(Place, Option<char>)> {
        let (Some(one), Some(other)) = (self.one.state(place.0), self.other.state(place.1)) else { return Vec::new() };
        let left = self.leaves(one).map(|to| ((to, place.1), None));
        let right = self.leaves(other).map(|to| ((place.0, to), None));
        let both = one.reads.iter().flat_map(|(set, to)| {
            let common = other.reads.iter().filter_map(|(with, at)| Some(((*to, *at), set.common(*with)?)));
            common.map(|(place, read)| (place, Some(read)))
        });
        left.chain(right).chain(both).collect()
    }

    fn leaves(&self, state: &State) -> impl Iterator<Item = usize> {
        state.leaves.into_iter().chain(state.leaves_blank.filter(|_| self.blanks))
    }
}

/// What was read on the way to `goal`.
fn text(trail: &Trail, goal: Place) -> String {
    let mut read = Vec::new();
    let mut at = goal;
    while let Some(Some((before, c))) = trail.get(&at) {
        read.extend(*c);
        at = *before;
    }
    read.into_iter().rev().collect()
}

#[cfg(test)]
mod tests;
