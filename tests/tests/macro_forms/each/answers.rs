//! The forms of an answer for many ids.

use ::std::collections::{BTreeMap, HashMap};
use ::std::io;

use cache_runtime::{Cache, read_through, with_cache};

use super::Seen;
use crate::{DbError, Res, User, memory, on_a_cache};
pub use crate::{core, std};

/// A map.
#[read_through(key = "user:{id}", ttl = 60, skip(seen), each(id in ids))]
pub async fn in_a_map(ids: &[u64], seen: &Seen) -> HashMap<u64, User> {
    seen.note(ids);
    present(ids).collect()
}

/// A sorted map.
#[read_through(key = "user:{id}", ttl = 60, skip(seen), each(id in ids))]
pub async fn in_a_sorted_map(ids: &[u64], seen: &Seen) -> Result<BTreeMap<u64, User>, DbError> {
    seen.note(ids);
    Ok(present(ids).collect())
}

/// Pairs.
#[read_through(key = "user:{id}", ttl = 60, skip(seen), each(id in ids))]
pub async fn in_pairs(ids: &[u64], seen: &Seen) -> Res<Vec<(u64, User)>> {
    seen.note(ids);
    Ok(present(ids).collect())
}

/// An answer at each place.
#[read_through(key = "user:{id}", ttl = 60, skip(seen), each(id in ids))]
pub async fn in_places(ids: &[u64], seen: &Seen) -> io::Result<Vec<Option<User>>> {
    seen.note(ids);
    Ok(ids.iter().map(|id| user(*id)).collect())
}

/// A map whose type is called otherwise.
pub type Users = Result<HashMap<u64, User>, DbError>;

/// The alias alone.
#[read_through(key = "user:{id}", ttl = 60, skip(seen), each(id in ids))]
pub async fn in_an_alias(ids: &[u64], seen: &Seen) -> Users {
    seen.note(ids);
    Ok(present(ids).collect())
}

/// There is nobody at even places.
fn user(id: u64) -> Option<User> {
    (id % 2 == 1).then(|| User::new(id, "ada"))
}

fn present(ids: &[u64]) -> impl Iterator<Item = (u64, User)> {
    ids.iter().filter_map(|id| Some((*id, user(*id)?)))
}

#[tokio::test]
async fn answers_of_every_form_hold_what_there_is() {
    let pairs = [(1, User::new(1, "ada")), (3, User::new(3, "ada"))];
    let ids = [3, 2, 1, 3];
    let places = [user(3), None, user(1), user(3)];
    // Twice: from the body, and from the cache, but for what is not there.
    on_a_cache(async {
        let seen = Seen::default();
        for _ in 0..2 {
            assert_eq!(in_a_map(&ids, &seen).await, HashMap::from(pairs.clone()));
            assert_eq!(in_a_sorted_map(&ids, &seen).await.unwrap(), BTreeMap::from(pairs.clone()));
            assert_eq!(in_pairs(&ids, &seen).await.unwrap(), [pairs[1].clone(), pairs[0].clone()]);
            assert_eq!(in_places(&ids, &seen).await.unwrap(), places);
            assert_eq!(in_an_alias(&ids, &seen).await.unwrap(), HashMap::from(pairs.clone()));
        }
        // One key text and one type: one entry.
        let first_run = [[3, 2, 1].as_slice()];
        let others = [[2].as_slice(); 9];
        assert_eq!(seen.runs(), [first_run.as_slice(), &others].concat());
    })
    .await;
}

/// What is not there is remembered.
#[read_through(key = "maybe:{id}", ttl = 60, negative_ttl = 60, skip(seen), each(id in ids))]
pub async fn remembered(ids: &[u64], seen: &Seen) -> HashMap<u64, User> {
    seen.note(ids);
    present(ids).collect()
}

#[tokio::test]
async fn with_a_negative_ttl_absent_ids_are_remembered() {
    let seen = Seen::default();
    on_a_cache(async {
        assert_eq!(remembered(&[1, 2], &seen).await.len(), 1);
        assert_eq!(remembered(&[1, 2, 4], &seen).await.len(), 1);
    })
    .await;
    assert_eq!(seen.runs(), [vec![1, 2], vec![4]]);
}

/// Fails for one of the ids, and so for all of them.
#[read_through(key = "failing:{id}", ttl = 60, skip(seen), each(id in ids))]
pub async fn failing(ids: &[u64], seen: &Seen) -> Res<Vec<Option<u64>>> {
    seen.note(ids);
    for id in ids {
        if *id == 13 {
            Err(DbError)?;
        }
    }
    Ok(ids.iter().copied().map(Some).collect())
}

#[tokio::test]
async fn an_error_is_that_of_the_call_and_leaves_what_was_stored() {
    let seen = Seen::default();
    let ((), stats) = on_a_cache(async {
        assert_eq!(failing(&[1], &seen).await.unwrap(), [Some(1)]);
        assert!(failing(&[1, 13], &seen).await.is_err());
        assert_eq!(failing(&[1], &seen).await.unwrap(), [Some(1)]);
    })
    .await;
    assert_eq!(seen.runs(), [vec![1], vec![13]], "{stats:?}");
}

/// For one id.
#[read_through(key = "user:{id}", ttl = 60)]
pub async fn one(id: u64) -> Option<User> {
    user(id)
}

#[tokio::test]
async fn entries_are_shared_with_a_function_for_one_key() {
    let (cache, seen): (Cache, _) = (memory(), Seen::default());
    with_cache(cache.clone(), async {
        assert_eq!(one(1).await, user(1));
        assert_eq!(in_places(&[1, 3], &seen).await.unwrap(), [user(1), user(3)]);
        one::put(3, &User::new(3, "put")).await.unwrap();
        assert_eq!(in_a_map(&[3], &seen).await[&3].name, "put");
        assert_eq!(in_a_map::key(3), one::key(3));
        one::invalidate(1).await.unwrap();
        assert_eq!(in_a_map(&[1, 3], &seen).await.len(), 2);
    })
    .await;
    assert_eq!(seen.runs(), [vec![3], vec![1]], "{:?}", cache.stats());
}
