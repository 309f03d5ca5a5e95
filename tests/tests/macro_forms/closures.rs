//! Closures and paths that look at the value: `ttl = |v| ..` and `cache_if = ..`.

use ::std::time::Duration;

use cache_runtime::read_through;
use tokio::time::advance;

use crate::{DbError, Res, User, assert_cached, on_a_cache};
pub use crate::{core, std};

/// The closures see the value.
#[read_through(key = "{id}:{name}", ttl = |user: &User| user.max_age(), cache_if = |user| user.is_complete() && id > 0)]
pub async fn judged(id: u64, name: &str) -> Res<User> {
    Ok(User::new(id, name))
}

/// A path sees the value as well.
#[read_through(key = "path:{id}", ttl = 60, cache_if = User::is_complete)]
pub async fn judged_by_path(id: u64) -> Result<User, DbError> {
    Ok(User::new(id, ""))
}

#[tokio::test]
async fn closures_over_the_value() {
    assert_cached!(judged(7, "ada"), Ok(User { .. }));
    let ((), stats) = on_a_cache(async {
        let _ = (judged(7, "").await, judged(7, "").await);
        let _ = (judged_by_path(7).await, judged_by_path(7).await);
        judged::put(7, "", &User::new(7, "")).await.unwrap();
        assert_eq!(judged::peek(7, "").await, None);
    })
    .await;
    assert_eq!(stats.loads, 4, "{stats:?}");
}

/// The closure returns whole seconds.
#[read_through(key = "seconds:{id}", ttl = |user: &User| user.id)]
pub async fn for_seconds(id: u64) -> Option<User> {
    Some(User::new(id, "seconds"))
}

#[tokio::test(start_paused = true)]
async fn a_closure_that_returns_whole_seconds() {
    on_a_cache(async {
        for_seconds(7).await;
        for_seconds::put(9, &User::new(9, "put")).await.unwrap();
        advance(Duration::from_millis(6_900)).await;
        assert!(for_seconds::peek(7).await.is_some());
        advance(Duration::from_millis(200)).await;
        assert_eq!(for_seconds::peek(7).await, None);
        assert!(for_seconds::peek(9).await.is_some());
        advance(Duration::from_secs(2)).await;
        assert_eq!(for_seconds::peek(9).await, None);
    })
    .await;
}

/// What the closures bind, and the fields they name in macros, are no parameters; what they capture in a text is one.
#[read_through(
    key = "named:{id}:{tenant}",
    ttl = |user: &User| if let User { name, .. } = user && matches!(user.name.as_str(), "") { name.len() as u64 } else { 60 },
    stale_while_revalidate = 60,
    cache_if = |user: &User| { assert!(!(format!("{tenant}!").is_empty())); let name = user.is_complete(); name && user.id > 0 },
    skip(name)
)]
pub async fn named_alike(id: u64, tenant: String, name: &'static str) -> Option<User> {
    drop(tenant);
    Some(User::new(id, name))
}

#[tokio::test]
async fn names_in_closures_mean_what_the_compiler_means() {
    assert_cached!(named_alike(7, "a".to_owned(), "ada"), Some(User { id: 7, .. }));
}
