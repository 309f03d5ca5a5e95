//! Bodies that may run on when the call for many keys has its answer.

use ::std::collections::HashMap;
use ::std::sync::Arc;
use ::std::time::Duration;

use cache_runtime::read_through;
use cache_tests::eventually;
use tokio::time::advance;

use super::Seen;
use crate::{DbError, Res, on_a_cache};
pub use crate::{core, std};

const SOON: Duration = Duration::from_secs(5);

/// The list may be borrowed: the body gets a vector of its own.
#[read_through(key = "count:{id}", ttl = 60, stale_while_revalidate = "1h", skip(seen), each(id in ids))]
pub async fn counts(ids: &[u64], seen: Arc<Seen>) -> Res<HashMap<u64, usize>> {
    seen.note(ids);
    let runs = seen.runs().len();
    Ok(ids.iter().map(|id| (*id, runs)).collect())
}

#[tokio::test(start_paused = true)]
async fn old_values_are_the_answer_while_one_body_reloads_them() {
    let seen = Arc::new(Seen::default());
    on_a_cache(async {
        assert_eq!(counts(&[1, 2], seen.clone()).await.unwrap(), HashMap::from([(1, 1), (2, 1)]));
        advance(Duration::from_secs(61)).await;
        assert_eq!(counts(&[1, 2], seen.clone()).await.unwrap(), HashMap::from([(1, 1), (2, 1)]));
        eventually(SOON, "the values are reloaded", async || seen.runs().len() == 2).await;
        eventually(SOON, "they are stored", async || {
            counts::peek(1).await == Some(2) && counts::peek(2).await == Some(2)
        })
        .await;
    })
    .await;
    assert_eq!(seen.runs(), [vec![1, 2], vec![1, 2]]);
}

/// An old value is better than none.
#[read_through(key = "rate:{id}", ttl = 60, stale_if_error = "1d", skip(is_open), each(id in ids))]
pub async fn rates(ids: &[u64], is_open: bool) -> Res<Vec<Option<u64>>> {
    if is_open { Ok(ids.iter().copied().map(Some).collect()) } else { Err(DbError) }
}

#[tokio::test(start_paused = true)]
async fn old_values_stand_in_for_an_error() {
    on_a_cache(async {
        rates(&[1, 2], true).await.unwrap();
        advance(Duration::from_secs(61)).await;
        assert_eq!(rates(&[1, 2], false).await.unwrap(), [Some(1), Some(2)]);
        assert!(rates(&[1, 3], false).await.is_err());
    })
    .await;
}

/// A service.
#[derive(Debug, Default)]
pub struct Service(Arc<Seen>);

impl Service {
    /// Everything a background load can use, and closures that use it as well.
    #[read_through(
        key = "names:{tenant}:{id}",
        ttl = |name: &String| Duration::from_secs(name.len() as u64 * 60),
        cache_if = |name| *name != tenant,
        refresh_ahead = 0.5,
        soft_timeout = "50ms",
        stale_if_error = "1h",
        skip(self),
        each(id in ids),
    )]
    pub async fn names(self: Arc<Self>, tenant: String, ids: &[u64]) -> Res<Vec<(u64, String)>> {
        self.0.note(ids);
        let tenant: String = tenant;
        Ok(ids.iter().map(|id| (*id, format!("{tenant}{id}"))).collect())
    }
}

#[tokio::test(start_paused = true)]
async fn a_method_of_an_arc_is_refreshed_ahead() {
    let service = Arc::new(Service::default());
    on_a_cache(async {
        let call = || service.clone().names("ab".to_owned(), &[1, 2]);
        let expected = [(1, "ab1".to_owned()), (2, "ab2".to_owned())];
        assert_eq!(call().await.unwrap(), expected);
        advance(Duration::from_secs(100)).await;
        assert_eq!(call().await.unwrap(), expected);
        eventually(SOON, "they are loaded again", async || service.0.runs().len() == 2).await;
    })
    .await;
}

/// A body that blocks, in the background.
#[read_through(key = "blocks:{id}", ttl = 60, stale_while_revalidate = 60, blocking, each(id in ids))]
pub fn blocks(ids: Vec<u64>) -> Vec<(u64, u64)> {
    ids.into_iter().map(|id| (id, id * 2)).collect()
}

#[tokio::test]
async fn a_body_that_blocks_may_run_on() {
    on_a_cache(async { assert_eq!(blocks(vec![4]).await, [(4, 8)]) }).await;
}
