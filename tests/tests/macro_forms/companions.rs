//! Companions of functions from other modules, and the cache on which they act.

use cache_runtime::{Stats, with_cache};

use crate::functions::get_user;
use crate::hygiene::decoys::among_decoys;
use crate::methods::Repo;
use crate::{User, memory, on_a_cache};

#[tokio::test]
async fn companions_come_with_an_imported_function() {
    let ((), stats) = on_a_cache(async {
        let user = get_user(7).await.unwrap();
        assert_eq!(get_user::key(7).as_str(), "user:7");
        assert_eq!(get_user::peek(7).await, Some(user.clone()));
        get_user::put(7, &User::new(7, "put")).await.unwrap();
        assert_eq!(get_user::refresh(7).await.unwrap(), user);
        assert_eq!(get_user::origin(7).await.unwrap(), user);
        get_user::invalidate(7).await.unwrap();
        among_decoys::put(7, &User::new(7, "put")).await.unwrap();
        assert_eq!(among_decoys(7).await.unwrap().name, "put");
    })
    .await;
    assert_eq!(stats.loads, 2, "{stats:?}");
}

#[tokio::test]
async fn companions_act_on_the_cache_in_whose_scope_they_are_awaited() {
    let (cache, other) = (memory(), memory());
    let (put, peek, invalidate) =
        with_cache(other.clone(), async { (put_one(), get_user::peek(1), get_user::invalidate(1)) }).await;

    with_cache(cache.clone(), put).await.unwrap();
    assert_eq!(with_cache(cache.clone(), peek).await, Some(User::new(1, "put")));
    assert_eq!(with_cache(other.clone(), get_user::peek(1)).await, None);

    with_cache(other.clone(), put_one()).await.unwrap();
    with_cache(cache.clone(), invalidate).await.unwrap();
    assert_eq!(with_cache(cache, get_user::peek(1)).await, None);
    assert!(with_cache(other, get_user::peek(1)).await.is_some());
}

/// Borrows what is gone when the future is awaited.
fn put_one() -> cache_runtime::Pending {
    get_user::put(1, &User::new(1, "put"))
}

#[tokio::test]
async fn a_refresh_acts_on_the_cache_in_whose_scope_it_is_awaited() {
    let (cache, refresh) = (memory(), get_user::refresh(2));
    let user = with_cache(cache.clone(), refresh).await.unwrap();
    assert_eq!(with_cache(cache, get_user::peek(2)).await, Some(user));
}

#[tokio::test]
async fn a_cache_of_its_own_wins_over_that_of_the_scope() {
    let (repo, scope, user) = (Repo::new(), memory(), User::new(7, "ada"));
    let mut db = 0;
    with_cache(scope.clone(), async {
        repo.profile(&user, &mut db).await.unwrap();
        repo.profile(&user, &mut db).await.unwrap();
        repo.profile_put(&user, &User::new(7, "put")).await.unwrap();
    })
    .await;
    assert_eq!(db, 1);
    let stored: Option<User> = repo.profile_peek(&user).await;
    assert_eq!(stored, Some(User::new(7, "put")));

    with_cache(scope.clone(), repo.profile_invalidate(&user)).await.unwrap();
    let stored: Option<User> = repo.profile_peek(&user).await;
    assert_eq!(stored, None);
    assert_eq!(scope.stats(), Stats::default());
}
