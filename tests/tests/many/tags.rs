//! Tags of the entries of one call.

use cache_runtime::__private::{Arg, Batch, ReturnedMany, Tag};
use cache_runtime::with_cache;

use crate::stand::{Stand, USERS, Users, ends, on_both_stores, users};

on_both_stores! {
    a_tag_forgets_those_that_have_it
    a_tag_that_is_invalidated_meanwhile_forbids_the_fills_of_those_that_have_it
}

/// Each id has the tag of its remainder.
fn tagged(stand: &Stand, ids: &[u64]) -> impl Future<Output = Users> + Send + 'static {
    let (ids, origin) = (ids.to_vec(), stand.origin.clone());
    with_cache(stand.cache.clone(), async move {
        let batch = Batch::new(ids, |id: &u64| {
            USERS.at(&[Arg::new(id).part()]).tag(Tag::new(&["rest:", ""], &[Arg::new(&(id % 2)).part()]))
        });
        let bring = |ids| origin.bring(ids);
        batch.read_through(&ReturnedMany::<Users>::NEW.origin(bring)).await
    })
}

async fn a_tag_forgets_those_that_have_it(stand: Stand) {
    tagged(&stand, &[1, 2, 3]).await.unwrap();
    assert_eq!(tagged(&stand, &[1, 2, 3]).await, users(&[(1, 1), (2, 1), (3, 1)]));
    stand.cache.invalidate_tag("rest:1").await.unwrap();
    assert_eq!(tagged(&stand, &[1, 2, 3]).await, users(&[(1, 2), (2, 1), (3, 2)]));
}

async fn a_tag_that_is_invalidated_meanwhile_forbids_the_fills_of_those_that_have_it(stand: Stand) {
    stand.origin.hold();
    let call = tokio::spawn(tagged(&stand, &[1, 2, 3]));
    stand.origin.until_asked(1).await;
    stand.cache.invalidate_tag("rest:1").await.unwrap();
    stand.origin.release();
    assert_eq!(ends(call).await.unwrap(), users(&[(1, 1), (2, 1), (3, 1)]));
    assert_eq!(tagged(&stand, &[1, 2, 3]).await, users(&[(1, 2), (2, 1), (3, 2)]));
}
