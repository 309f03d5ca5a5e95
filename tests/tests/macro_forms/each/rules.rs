//! What an attribute says of each of many entries.

use ::std::collections::HashMap;
use ::std::time::Duration;

use cache_runtime::{Cache, read_through, with_cache};
use tokio::time::advance;

use super::Seen;
use crate::{Res, User, memory, on_a_cache};
pub use crate::{core, std};

fn minutes(id: u64) -> Duration {
    Duration::from_secs(id * 60)
}

/// The ttl of each is its own; an expression has a reference to the id.
#[read_through(key = "ttl:{id}", ttl = minutes(*id), skip(seen), each(id in ids))]
pub async fn by_id(ids: &[u64], seen: &Seen) -> Vec<Option<u64>> {
    seen.note(ids);
    ids.iter().copied().map(Some).collect()
}

#[tokio::test(start_paused = true)]
async fn a_ttl_can_be_that_of_the_id() {
    let seen = Seen::default();
    on_a_cache(async {
        by_id(&[1, 2], &seen).await;
        by_id::put(3, &3).await.unwrap();
        advance(Duration::from_secs(90)).await;
        by_id(&[1, 2, 3], &seen).await;
        assert_eq!(by_id::peek(3).await, Some(3));
        advance(Duration::from_secs(100)).await;
        assert_eq!(by_id::peek(3).await, None);
    })
    .await;
    assert_eq!(seen.runs(), [vec![1, 2], vec![1]]);
}

/// The closures look at one value.
#[read_through(
    key = "{tenant}:{id}",
    ttl = |user: &User| user.max_age(),
    cache_if = |user| user.is_complete() && tenant != "closed",
    skip(seen),
    each(id in ids),
)]
pub async fn judged(tenant: String, ids: &[u64], seen: &Seen) -> Res<HashMap<u64, User>> {
    seen.note(ids);
    let name: String = tenant;
    Ok(ids.iter().map(|id| (*id, User::new(*id, if *id == 13 { "" } else { &name }))).collect())
}

#[tokio::test(start_paused = true)]
async fn closures_look_at_each_value() {
    let seen = Seen::default();
    on_a_cache(async {
        let call = async |tenant: &str, ids: &[u64]| judged(tenant.to_owned(), ids, &seen).await.unwrap().len();
        assert_eq!(call("a", &[5, 13, 90]).await, 3);
        assert_eq!(call("a", &[5, 13, 90]).await, 3);
        advance(Duration::from_secs(6)).await;
        assert_eq!(call("a", &[5, 90]).await, 2);
        assert_eq!(call("closed", &[90]).await, 1);
        assert_eq!(call("closed", &[90]).await, 1);
        judged::put("a".to_owned(), 13, &User::new(13, "")).await.unwrap();
        assert_eq!(judged::peek("a".to_owned(), 13).await, None);
    })
    .await;
    assert_eq!(seen.runs(), [vec![5, 13, 90], vec![13], vec![5], vec![90], vec![90]]);
}

/// Each value has tags of its own.
#[read_through(
    key = "{tenant}:{pair.0}",
    ttl = 60,
    tags = ["tenant:{tenant}", "kind:{pair.1}"],
    codec = json,
    version = 2,
    near = "5s",
    jitter = 0.1,
    skip(seen),
    each(pair in pairs),
)]
pub async fn tagged(tenant: u32, pairs: &[(u64, char)], seen: &Seen) -> Vec<Option<u64>> {
    let ids: Vec<_> = pairs.iter().map(|pair| pair.0).collect();
    seen.note(&ids);
    ids.into_iter().map(|id| Some(id + u64::from(tenant))).collect()
}

#[tokio::test]
async fn a_tag_can_be_that_of_the_id() {
    let (cache, seen): (Cache, _) = (memory(), Seen::default());
    with_cache(cache.clone(), async {
        let all = [(1, 'a'), (2, 'b'), (3, 'a')];
        tagged(1, &all, &seen).await;
        cache.invalidate_tag("kind:a").await.unwrap();
        assert_eq!(tagged(1, &all, &seen).await, [Some(2), Some(3), Some(4)]);
        cache.invalidate_tag("tenant:1").await.unwrap();
        tagged(1, &all, &seen).await;
    })
    .await;
    assert_eq!(seen.runs(), [vec![1, 2, 3], vec![1, 3], vec![1, 2, 3]]);
}
