//! The forms of a parameter that is a list, as the body sees them.

use ::std::collections::HashMap;
use ::std::vec::IntoIter;

use cache_runtime::read_through;

use super::Seen;
use crate::on_a_cache;
pub use crate::{core, std};

type Squares = HashMap<u64, u64>;

fn squares(ids: &[u64], seen: &Seen) -> Squares {
    seen.note(ids);
    ids.iter().map(|id| (*id, id * id)).collect()
}

/// A slice.
#[read_through(key = "slice:{id}", ttl = 60, skip(seen), each(id in ids))]
pub async fn of_slice(ids: &[u64], seen: &Seen) -> Squares {
    let ids: &[u64] = ids;
    squares(ids, seen)
}

/// A slice with a lifetime that has a name, in a variable that changes.
#[read_through(key = "named:{id}", ttl = 60, skip(seen), each(id in ids))]
pub async fn of_named_lifetime<'a>(mut ids: &'a [u64], seen: &'a Seen) -> Squares {
    let all = squares(ids, seen);
    while let [_, rest @ ..] = ids {
        ids = rest;
    }
    assert!(ids.is_empty());
    all
}

/// A vector.
#[read_through(key = "vec:{id}", ttl = 60, skip(seen), each(id in ids))]
pub async fn of_vec(mut ids: Vec<u64>, seen: &Seen) -> Squares {
    let all = squares(&ids, seen);
    ids.clear();
    all
}

/// A borrowed vector.
#[expect(clippy::ptr_arg, reason = "somebody writes it so")]
#[read_through(key = "borrowed-vec:{id}", ttl = 60, skip(seen), each(id in ids))]
pub async fn of_borrowed_vec(ids: &Vec<u64>, seen: &Seen) -> Squares {
    let ids: &Vec<u64> = ids;
    squares(ids, seen)
}

/// Anything that can be iterated over: the body gets a vector.
#[read_through(key = "into-iterator:{id}", ttl = 60, skip(seen), each(id in ids))]
pub async fn of_into_iterator(ids: impl IntoIterator<Item = u64> + Send, seen: &Seen) -> Squares {
    let ids: Vec<u64> = ids;
    squares(&ids, seen)
}

/// An iterator: the body gets one, too.
#[read_through(key = "iterator:{id}", ttl = 60, skip(seen), each(id in ids))]
pub async fn of_iterator(ids: impl Iterator<Item = u64> + Send, seen: &Seen) -> Squares {
    let ids: IntoIter<u64> = ids;
    squares(ids.as_slice(), seen)
}

/// An iterator that the body moves on.
#[read_through(key = "moved-iterator:{id}", ttl = 60, skip(seen), each(id in ids))]
pub async fn of_moved_iterator(mut ids: impl Iterator<Item = u64> + Send, seen: &Seen) -> Squares {
    let first = ids.next();
    let all: Vec<_> = first.into_iter().chain(ids).collect();
    squares(&all, seen)
}

/// Asserts that of two overlapping calls the second one asks for what the first one did not.
macro_rules! assert_asks_for_what_is_missing {
    ($function:ident, |$ids:ident| $list:expr) => {{
        let seen = Seen::default();
        let call = async |$ids: [u64; 2]| $function($list, &seen).await;
        let ((first, second, again), stats) =
            on_a_cache(async { (call([1, 2]).await, call([2, 3]).await, call([3, 1]).await) }).await;
        assert_eq!(first, Squares::from([(1, 1), (2, 4)]), "{}", stringify!($function));
        assert_eq!(second, Squares::from([(2, 4), (3, 9)]), "{}", stringify!($function));
        assert_eq!(again, Squares::from([(3, 9), (1, 1)]), "{}", stringify!($function));
        assert_eq!(seen.runs(), [vec![1, 2], vec![3]], "{}: {stats:?}", stringify!($function));
    }};
}

#[tokio::test]
async fn the_body_gets_the_missing_ids_in_the_form_of_its_parameter() {
    assert_asks_for_what_is_missing!(of_slice, |ids| &ids);
    assert_asks_for_what_is_missing!(of_named_lifetime, |ids| &ids);
    assert_asks_for_what_is_missing!(of_vec, |ids| ids.to_vec());
    assert_asks_for_what_is_missing!(of_borrowed_vec, |ids| &ids.to_vec());
    assert_asks_for_what_is_missing!(of_into_iterator, |ids| ids);
    assert_asks_for_what_is_missing!(of_iterator, |ids| ids.into_iter());
    assert_asks_for_what_is_missing!(of_moved_iterator, |ids| ids.into_iter());
}

#[tokio::test]
async fn no_ids_are_no_call() {
    let seen = Seen::default();
    let (all, stats) = on_a_cache(async { of_slice(&[], &seen).await }).await;
    assert_eq!((all, seen.runs()), (Squares::new(), Vec::new()), "{stats:?}");
}

/// Ids that borrow from somewhere.
#[read_through(key = "lengths:{id}", ttl = 60, each(id in ids))]
pub async fn lengths(ids: &[&str]) -> Vec<Option<usize>> {
    ids.iter().map(|id| Some(id.len())).collect()
}

/// Ids that are compared with nothing, of which a field is the key.
#[derive(Clone, Debug)]
pub struct Place {
    shelf: (u8, String),
}

/// The key is made of fields of an id.
#[read_through(key = "{id.shelf.0}/{id.shelf.1}", ttl = 60, each(id in places))]
pub async fn stock(places: Vec<Place>) -> Vec<Option<usize>> {
    places.iter().map(|place| Some(place.shelf.1.len())).collect()
}

/// The ids are pairs, and one of the pair is in the key by its `Debug` form.
#[read_through(key = "{pair.0:?}:{pair.1}", ttl = 60, each(pair in pairs))]
pub async fn of_pairs(pairs: &[(Option<u8>, u64)]) -> HashMap<(Option<u8>, u64), u64> {
    pairs.iter().map(|pair| (*pair, pair.1)).collect()
}

#[tokio::test]
async fn ids_of_other_types() {
    on_a_cache(async {
        let text = "tea cake".to_owned();
        let words: Vec<_> = text.split(' ').collect();
        assert_eq!(lengths(&words).await, [Some(3), Some(4)]);
        assert_eq!(lengths::key("tea").as_str(), "lengths:tea");
        assert_eq!(lengths::peek("tea").await, Some(3));

        let place = Place { shelf: (7, "top".to_owned()) };
        assert_eq!(stock(vec![place.clone(), place.clone()]).await, [Some(3), Some(3)]);
        assert_eq!(stock::key(place).as_str(), "7/top");

        assert_eq!(of_pairs(&[(None, 7)]).await, HashMap::from([((None, 7), 7)]));
        assert_eq!(of_pairs::peek((None, 7)).await, Some(7));
    })
    .await;
}
