//! The scopes around a call, and two caches in one process.

use std::sync::atomic::{AtomicUsize, Ordering};

use cache_runtime::{Cache, Key, with_cache};
use cache_tests::RedisServer;

use crate::{User, get_user, on, on_redis};

#[tokio::test]
async fn bypass_and_refreshing_hold_for_what_runs_in_them() {
    on_redis(|server, cache| async move {
        let loads = AtomicUsize::new(0);
        cache_runtime::bypass(get_user(7, &loads)).await.unwrap();
        assert_eq!(server.command(&["DBSIZE"]).integer(), 0, "nothing was written");
        get_user(7, &loads).await.unwrap();
        cache_runtime::bypass(get_user(7, &loads)).await.unwrap();
        cache_runtime::refreshing(get_user(7, &loads)).await.unwrap();
        assert_eq!(loads.load(Ordering::SeqCst), 4);
        get_user(7, &loads).await.unwrap();
        assert_eq!(loads.load(Ordering::SeqCst), 4);
        assert_eq!(cache.stats().bypassed, 2);
    })
    .await;
}

#[tokio::test]
async fn scopes_nest_in_either_order() {
    let cache = Cache::builder().url("memory://").build().unwrap();
    let loads = AtomicUsize::new(0);
    let one = with_cache(cache.clone(), cache_runtime::bypass(get_user(7, &loads)));
    one.await.unwrap();
    let other = cache_runtime::bypass(with_cache(cache.clone(), get_user(7, &loads)));
    other.await.unwrap();
    assert_eq!((cache.stats().bypassed, cache.stats().fills), (2, 0));
    let inner = Cache::builder().url("memory://").build().unwrap();
    with_cache(cache.clone(), with_cache(inner.clone(), get_user(7, &loads))).await.unwrap();
    assert_eq!((cache.stats().fills, inner.stats().fills), (0, 1));
}

#[tokio::test]
async fn two_caches_on_one_server_and_namespace_share_their_entries() {
    let server = RedisServer::start();
    let loads = AtomicUsize::new(0);
    let (one, other) = (on(&server), on(&server));
    with_cache(one.clone(), get_user(7, &loads)).await.unwrap();
    with_cache(other.clone(), get_user(7, &loads)).await.unwrap();
    assert_eq!(loads.load(Ordering::SeqCst), 1);
    with_cache(other, get_user::invalidate(7)).await.unwrap();
    let key: Key = with_cache(one.clone(), async { get_user::key(7) }).await;
    assert_eq!(one.get::<User>(&key).await.unwrap(), None);
}
