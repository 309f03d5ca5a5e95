//! What one call asks for: its ids, and which of them have the same key.

use std::collections::HashMap;
use std::hash::Hash;

use foldhash::fast::RandomState;

use super::returned::{Answered, ReturnsMany};
use crate::engine::request::Request;

/// The ids of one call, and what is known of them.
///
/// Ids are told apart by their keys: those that have the same key are one entry, and asked for once.
#[derive(Debug)]
pub(crate) struct Asked<K, V> {
    /// As the caller gave them.
    pub(super) ids: Vec<K>,
    /// The entry of each.
    places: Vec<usize>,
    /// What there is for each entry, as far as that is known.
    answers: Vec<Option<V>>,
    /// Of each entry that is not known yet.
    open: Vec<Open>,
    pub(super) requests: Vec<Request>,
}

/// An entry that is not known yet.
#[derive(Debug)]
struct Open {
    entry: usize,
    /// Where the first of its ids stands.
    id: usize,
}

/// Which of some keys are the same: the number of each among those that differ, and where the first of each stands.
pub(crate) fn told_apart<T: Eq + Hash>(keys: impl ExactSizeIterator<Item = T>) -> (Vec<usize>, Vec<usize>) {
    let mut seen = HashMap::with_capacity_and_hasher(keys.len(), RandomState::default());
    let (mut places, mut firsts) = (Vec::with_capacity(keys.len()), Vec::with_capacity(keys.len()));
    for (index, key) in keys.enumerate() {
        let number = firsts.len();
        let place = *seen.entry(key).or_insert(number);
        if place == number {
            firsts.push(index);
        }
        places.push(place);
    }
    (places, firsts)
}

impl<K, V> Default for Asked<K, V> {
    fn default() -> Self {
        Self { ids: Vec::new(), places: Vec::new(), answers: Vec::new(), open: Vec::new(), requests: Vec::new() }
    }
}

impl<K, V> Asked<K, V> {
    /// `answers` are what there is for each entry in this process already, and `requests` how to ask for the others.
    pub(crate) fn new(
        ids: Vec<K>,
        (places, firsts): (Vec<usize>, Vec<usize>),
        answers: Vec<Option<V>>,
        requests: Vec<Request>,
    ) -> Self {
        let open = answers.iter().zip(firsts).enumerate().filter(|(_, (answer, _))| answer.is_none());
        let open = open.map(|(entry, (_, id))| Open { entry, id }).collect();
        Self { ids, places, answers, open, requests }
    }

    /// The id of a request.
    pub(super) fn id(&self, request: usize) -> Option<&K> {
        self.open.get(request).and_then(|open| self.ids.get(open.id))
    }

    /// Notes what there is for a request.
    pub(super) fn answer(&mut self, request: usize, value: Option<V>) {
        let entry = self.open.get(request).map(|open| open.entry);
        if let Some(answer) = entry.and_then(|entry| self.answers.get_mut(entry)) {
            *answer = value;
        }
    }

    /// What the call returns.
    pub(crate) fn into_return<R>(self) -> R
    where
        R: ReturnsMany<K, Value = V>,
        V: Clone,
    {
        let Self { ids, places, mut answers, .. } = self;
        // The last id of an entry takes its value, the others a copy.
        let mut uses = vec![0_usize; answers.len()];
        for &place in &places {
            if let Some(uses) = uses.get_mut(place) {
                *uses += 1;
            }
        }
        let mut met = 0;
        let answered = ids.into_iter().zip(places).map(|(id, place)| {
            let is_first = place == met;
            met += usize::from(is_first);
            let value = match (answers.get_mut(place), uses.get_mut(place)) {
                (Some(answer), Some(uses)) => {
                    *uses -= 1;
                    if *uses == 0 { answer.take() } else { answer.clone() }
                }
                _ => None,
            };
            Answered { id, value, is_first }
        });
        R::collect(answered.collect())
    }
}
