//! Callers that go away, and bodies that panic: what they changed is forgotten all the same.

use std::future::{Future, pending, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use cache_runtime::{invalidates, with_cache, write_through};
use cache_tests::eventually;

use crate::{Res, User, get_user, is_stored, memory, settle, with_user_7};

#[invalidates(get_user(id))]
async fn committed(id: u64) -> Res<()> {
    // The change is made, and the answer of the database is awaited.
    pending().await
}

#[write_through(get_user(id))]
async fn stored_in_the_end(id: u64) -> Res<User> {
    pending().await
}

/// Polls `future` once and drops it.
async fn once(future: impl Future) {
    let mut future = pin!(future);
    poll_fn(|context| {
        assert!(future.as_mut().poll(context).is_pending());
        Poll::Ready(())
    })
    .await;
}

#[tokio::test]
async fn a_caller_that_goes_away_while_the_body_runs_leaves_no_old_entry_behind() {
    with_user_7(async {
        once(committed(7)).await;
        eventually(Duration::from_secs(5), "the invalidation happens", async || !is_stored().await).await;
    })
    .await;
    with_user_7(async {
        once(stored_in_the_end(7)).await;
        eventually(Duration::from_secs(5), "the invalidation happens", async || !is_stored().await).await;
    })
    .await;
}

#[tokio::test]
async fn a_caller_that_goes_away_before_the_body_ran_changes_nothing() {
    with_user_7(async {
        drop(committed(7));
        settle().await;
        assert!(is_stored().await);
    })
    .await;
}

#[invalidates(get_user(id))]
async fn strange(id: u64) -> Res<()> {
    assert!(id == 0, "the body panics after its change");
    Ok(())
}

#[tokio::test]
async fn a_body_that_panics_leaves_no_old_entry_behind() {
    let cache = memory();
    with_cache(cache.clone(), get_user(7)).await.unwrap();
    assert!(tokio::spawn(with_cache(cache.clone(), strange(7))).await.unwrap_err().is_panic());
    with_cache(cache, async {
        eventually(Duration::from_secs(5), "the invalidation happens", async || !is_stored().await).await;
    })
    .await;
}
