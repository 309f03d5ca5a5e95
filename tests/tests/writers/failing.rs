//! Errors and bodies that cannot be sent, and a cache that fails.

use std::rc::Rc;
use std::time::Duration;

use cache_runtime::{Cache, invalidates, with_cache, write_through};

use crate::{Res, User, get_user, is_send, is_stored, names, settle, user, with_user_7};

#[invalidates(get_user(id))]
#[write_through(names::name_of("a", id))]
async fn tied(id: u64, fails: bool) -> Result<String, Rc<str>> {
    tokio::task::yield_now().await;
    if fails { Err("none".into()) } else { Ok(id.to_string()) }
}

#[invalidates(get_user(id))]
async fn local(id: u64, fails: bool) -> Result<(), Rc<str>> {
    let fails = Rc::new(fails);
    tokio::task::yield_now().await;
    if *fails { Err("none".into()) } else { Ok(()) }
}

#[tokio::test]
async fn an_error_need_not_be_sendable() {
    with_user_7(async {
        is_send(tied(7, true)).await.unwrap_err();
        settle().await;
        assert!(is_stored().await);
        is_send(tied(7, false)).await.unwrap();
        assert!(!is_stored().await);
    })
    .await;
}

#[tokio::test]
async fn a_body_need_not_be_sendable_on_a_local_executor() {
    tokio::task::LocalSet::new()
        .run_until(with_user_7(async {
            local(7, true).await.unwrap_err();
            settle().await;
            assert!(is_stored().await);
            local(7, false).await.unwrap();
            assert!(!is_stored().await);
        }))
        .await;
}

#[tokio::test]
async fn a_cache_that_fails_leaves_the_result_alone() {
    let builder = Cache::builder().url("redis://127.0.0.1:1").operation_timeout(Duration::from_millis(20));
    let cache = builder.build().unwrap();
    with_cache(cache.clone(), async {
        assert_eq!(rename_unwatched(7).await, Ok("renamed"));
        assert_eq!(cache.stats().invalidation_failures, 1, "{:?}", cache.stats());
        assert_eq!(stored(7).await, Ok(user(7, "ada")));
    })
    .await;
}

#[invalidates(get_user(id))]
async fn rename_unwatched(id: u64) -> Res<&'static str> {
    Ok("renamed")
}

#[write_through(get_user(id))]
async fn stored(id: u64) -> Res<User> {
    Ok(user(id, "ada"))
}
