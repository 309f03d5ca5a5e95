//! The collections that say what there is for each id.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash};

use foldhash::fast::RandomState;

use super::returned::{Answered, ReturnsMany, UnpackedMany, UnwrappedMany};

impl<K, T, H> UnwrappedMany for HashMap<K, T, H> {
    type Value = T;
}

impl<K: Eq + Hash, T, H: BuildHasher + Default> ReturnsMany<K> for HashMap<K, T, H> {
    fn unpack(mut self, asked: &[K]) -> UnpackedMany<T, Self> {
        UnpackedMany::Values(asked.iter().map(|id| self.remove(id)).collect())
    }

    fn collect(answers: Vec<Answered<K, T>>) -> Self {
        answers.into_iter().filter_map(present).collect()
    }
}

impl<K, T> UnwrappedMany for BTreeMap<K, T> {
    type Value = T;
}

impl<K: Ord, T> ReturnsMany<K> for BTreeMap<K, T> {
    fn unpack(mut self, asked: &[K]) -> UnpackedMany<T, Self> {
        UnpackedMany::Values(asked.iter().map(|id| self.remove(id)).collect())
    }

    fn collect(answers: Vec<Answered<K, T>>) -> Self {
        answers.into_iter().filter_map(present).collect()
    }
}

impl<K, T> UnwrappedMany for Vec<(K, T)> {
    type Value = T;
}

/// An id has one value: of several that a body returns for it, the last one, as in a map.
impl<K: Eq + Hash, T> ReturnsMany<K> for Vec<(K, T)> {
    fn unpack(self, asked: &[K]) -> UnpackedMany<T, Self> {
        let mut values = HashMap::<K, T, RandomState>::from_iter(self);
        UnpackedMany::Values(asked.iter().map(|id| values.remove(id)).collect())
    }

    fn collect(answers: Vec<Answered<K, T>>) -> Self {
        answers.into_iter().filter(|answer| answer.is_first).filter_map(present).collect()
    }
}

impl<T> UnwrappedMany for Vec<Option<T>> {
    type Value = T;
}

impl<K, T> ReturnsMany<K> for Vec<Option<T>> {
    fn unpack(self, asked: &[K]) -> UnpackedMany<T, Self> {
        if self.len() == asked.len() { UnpackedMany::Values(self) } else { UnpackedMany::Misaligned(self.len()) }
    }

    fn collect(answers: Vec<Answered<K, T>>) -> Self {
        answers.into_iter().map(|answer| answer.value).collect()
    }
}

impl<M: UnwrappedMany, E> UnwrappedMany for Result<M, E> {
    type Value = M::Value;
}

impl<K, M: ReturnsMany<K>, E> ReturnsMany<K> for Result<M, E> {
    fn unpack(self, asked: &[K]) -> UnpackedMany<M::Value, Self> {
        match self {
            Ok(many) => match many.unpack(asked) {
                UnpackedMany::Values(values) => UnpackedMany::Values(values),
                UnpackedMany::Failed(many) => UnpackedMany::Failed(Ok(many)),
                UnpackedMany::Misaligned(values) => UnpackedMany::Misaligned(values),
            },
            Err(error) => UnpackedMany::Failed(Err(error)),
        }
    }

    fn collect(answers: Vec<Answered<K, M::Value>>) -> Self {
        Ok(M::collect(answers))
    }
}

fn present<K, V>(Answered { id, value, .. }: Answered<K, V>) -> Option<(K, V)> {
    value.map(|value| (id, value))
}
