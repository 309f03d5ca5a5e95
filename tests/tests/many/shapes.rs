//! What a load of many keys may return, by hand.

use std::collections::{BTreeMap, HashMap};
use std::io;

use cache_runtime::{Cache, Policy, ReturnsMany};

use crate::stand::{NEGATIVE, TTL, cache};

const IDS: [u64; 5] = [3, 1, 4, 1, 5];

fn name(id: u64) -> String {
    format!("name of {id}")
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "ids are lent, whatever their type")]
fn key(id: &u64) -> String {
    format!("user:{id}")
}

/// Of 4 there is nothing.
fn there(ids: Vec<u64>) -> impl Iterator<Item = (u64, Option<String>)> {
    ids.into_iter().map(|id| (id, (id != 4).then(|| name(id))))
}

/// Calls twice, first with an entry that is there, then with all of them.
async fn both_times<R, F>(load: impl Fn(Vec<u64>) -> F + Send + Sync + Copy) -> [R; 2]
where
    R: ReturnsMany<u64, Value = String>,
    F: Future<Output = R> + Send,
{
    let cache = cache("memory://");
    cache.put("user:1", &name(1), &Policy::new(TTL)).await.unwrap();
    let first = cache.read_through_many(IDS, key, &NEGATIVE, |ids| {
        assert_eq!(ids, [3, 4, 5]);
        load(ids)
    });
    let first = first.await;
    let nothing = |ids: Vec<u64>| {
        assert!(ids.is_empty(), "all is there");
        load(ids)
    };
    [first, cache.read_through_many(IDS, key, &NEGATIVE, nothing).await]
}

#[tokio::test]
async fn a_map_has_what_there_is() {
    let expected: HashMap<_, _> = [1, 3, 5].map(|id| (id, name(id))).into();
    let load = async |ids| there(ids).filter_map(|(id, name)| Some((id, name?))).collect();
    for returned in both_times::<HashMap<_, _>, _>(load).await {
        assert_eq!(returned, expected);
    }
    let load = async |ids| Ok(there(ids).filter_map(|(id, name)| Some((id, name?))).collect());
    for returned in both_times::<io::Result<HashMap<_, _>>, _>(load).await {
        assert_eq!(returned.unwrap(), expected);
    }
}

#[tokio::test]
async fn so_has_one_in_order() {
    let expected: BTreeMap<_, _> = [1, 3, 5].map(|id| (id, name(id))).into();
    let load = async |ids| there(ids).filter_map(|(id, name)| Some((id, name?))).collect();
    for returned in both_times::<BTreeMap<_, _>, _>(load).await {
        assert_eq!(returned, expected);
    }
    let load = async |ids| Ok(there(ids).filter_map(|(id, name)| Some((id, name?))).collect());
    for returned in both_times::<io::Result<BTreeMap<_, _>>, _>(load).await {
        assert_eq!(returned.unwrap(), expected);
    }
}

#[tokio::test]
async fn pairs_are_in_the_order_in_which_they_were_asked_for_whatever_that_of_the_origin_is() {
    let expected = [3, 1, 5].map(|id| (id, name(id)));
    let load = async |mut ids: Vec<u64>| {
        ids.sort_unstable();
        ids.reverse();
        there(ids).filter_map(|(id, name)| Some((id, name?))).collect()
    };
    for returned in both_times::<Vec<(u64, String)>, _>(load).await {
        assert_eq!(returned, expected);
    }
    let load = async |ids| Ok(there(ids).filter_map(|(id, name)| Some((id, name?))).collect());
    for returned in both_times::<io::Result<Vec<(u64, String)>>, _>(load).await {
        assert_eq!(returned.unwrap(), expected);
    }
}

#[tokio::test]
async fn options_are_aligned_with_what_was_asked_for() {
    let expected = [Some(name(3)), Some(name(1)), None, Some(name(1)), Some(name(5))];
    let load = async |ids| there(ids).map(|(_, name)| name).collect();
    for returned in both_times::<Vec<Option<String>>, _>(load).await {
        assert_eq!(returned, expected);
    }
    let load = async |ids| Ok(there(ids).map(|(_, name)| name).collect());
    for returned in both_times::<io::Result<Vec<Option<String>>>, _>(load).await {
        assert_eq!(returned.unwrap(), expected);
    }
}

#[tokio::test]
async fn options_that_are_too_few_are_nobodys_and_the_call_returns_what_the_origin_does() {
    let cache = cache("memory://");
    cache.put("user:1", &name(1), &Policy::new(TTL)).await.unwrap();
    // It forgets to say that there is nothing, so that all that follows is shifted.
    let load = async |ids| there(ids).filter(|(_, name)| name.is_some()).map(|(_, name)| name).collect();
    let returned: Vec<Option<String>> = cache.read_through_many([4, 5, 1], key, &NEGATIVE, load).await;
    assert_eq!(returned, [Some(name(5)), Some(name(1))]);
    assert_eq!(stored(&cache, 4).await, None);
    assert_eq!(stored(&cache, 5).await, None);
}

#[tokio::test]
async fn what_nobody_has_asked_for_is_left_out() {
    let cache = cache("memory://");
    let load = async |_| Vec::from([(1, name(1)), (99, name(99))]);
    let returned: Vec<_> = cache.read_through_many([1], key, &NEGATIVE, load).await;
    assert_eq!(returned, [(1, name(1))]);
    assert_eq!(stored(&cache, 99).await, None);
}

#[tokio::test]
async fn no_ids_are_no_entries_whatever_is_returned() {
    let cache = cache("memory://");
    let empty: Vec<Option<String>> = cache.read_through_many([], key, &NEGATIVE, async |_| panic!("not asked")).await;
    assert!(empty.is_empty());
    let empty: io::Result<BTreeMap<u64, String>> =
        cache.read_through_many([], key, &NEGATIVE, async |_| panic!("not asked")).await;
    assert!(empty.unwrap().is_empty());
}

#[tokio::test]
async fn many_are_read_put_and_invalidated_by_hand() {
    let cache = cache("memory://");
    let names = [1, 2].map(|id| (key(&id), name(id)));
    let put = cache.put_many(names.iter().map(|(key, name)| (key, name)), &Policy::new(TTL)).await;
    assert!(put.len() == 2 && put.iter().all(Result::is_ok), "{put:?}");
    let found: Result<Vec<_>, _> = cache.get_many::<String>([3, 2, 1].map(|id| key(&id))).await.into_iter().collect();
    assert_eq!(found.unwrap(), [None, Some(name(2)), Some(name(1))]);
    let gone: Result<(), _> = cache.invalidate_many(["user:1", "user:3"]).await.into_iter().collect();
    gone.unwrap();
    assert_eq!((stored(&cache, 1).await, stored(&cache, 2).await), (None, Some(name(2))));
}

async fn stored(cache: &Cache, id: u64) -> Option<String> {
    cache.get(&key(&id)).await.unwrap()
}
