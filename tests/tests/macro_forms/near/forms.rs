//! Every form of the argument, and every form of function that it stands on.

use ::std::sync::Arc;
use ::std::sync::atomic::{AtomicU64, Ordering};
use ::std::time::Duration;

use cache_runtime::{Cache, Coherence, read_through};

use super::stand::Stand;
use crate::{DbError, Res, User, is_send};
pub use crate::{core, std};

const LONG: Duration = Duration::from_secs(600);

/// As a text.
#[read_through(key = "text:{id}", ttl = "10m", near = "10m")]
pub async fn text(id: u64) -> User {
    User::new(id, "text")
}

/// As a number of seconds.
#[read_through(key = "seconds:{id}", ttl = "10m", near = 600)]
pub async fn seconds(id: u64) -> User {
    User::new(id, "seconds")
}

/// As a constant, longer than the value lives.
#[read_through(key = "constant:{id}", ttl = 60, near = LONG)]
pub async fn constant(id: u64) -> User {
    User::new(id, "constant")
}

/// As an expression.
#[read_through(key = "expression:{id}", ttl = LONG, near = Duration::from_millis(1) .saturating_mul(600_000))]
pub async fn expression(id: u64) -> User {
    User::new(id, "expression")
}

/// As long as the cache says.
#[read_through(key = "chosen:{id}", ttl = "10m", near = true)]
pub async fn chosen(id: u64) -> User {
    User::new(id, "chosen")
}

/// Not at all.
#[read_through(key = "refused:{id}", ttl = "10m", near = false)]
pub async fn refused(id: u64) -> User {
    User::new(id, "refused")
}

/// Says nothing of it.
#[read_through(key = "silent:{id}", ttl = "10m")]
pub async fn silent(id: u64) -> User {
    User::new(id, "silent")
}

/// For a moment.
#[read_through(key = "moment:{id}", ttl = "10m", near = "50ms")]
pub async fn moment(id: u64) -> User {
    User::new(id, "moment")
}

/// Finds, finds nothing, or fails.
#[read_through(key = "found:{id}", ttl = "10m", negative_ttl = "10m", near = "10m")]
pub async fn found(id: u64) -> Result<Option<User>, DbError> {
    match id {
        0 => Ok(None),
        1 => Err(DbError),
        id => Ok(Some(User::new(id, "found"))),
    }
}

/// A shared value.
#[read_through(key = "shared:{id}", ttl = "10m", near = "10m")]
pub async fn shared(id: u64) -> Arc<User> {
    Arc::new(User::new(id, "shared"))
}

/// A shared value, or a failure.
#[read_through(key = "lent:{id}", ttl = "10m", near = "10m")]
pub async fn lent(id: u64) -> Result<Arc<User>, DbError> {
    Ok(Arc::new(User::new(id, "lent")))
}

/// Generic, and kept beside a background.
#[read_through(key = "generic:{T}:{id}", ttl = "10m", stale_while_revalidate = 5, near = "10m")]
pub async fn generic<T: From<u64> + cache_runtime::Value>(id: u64) -> Res<T> {
    Ok(T::from(id))
}

/// A body that blocks.
#[read_through(key = "blocking:{id}", ttl = "10m", near = "10m", blocking)]
pub fn computed(id: u64) -> u64 {
    id
}

/// One of a group.
#[read_through(key = "tagged:{tenant}:{id}", ttl = "10m", near = "10m", tags = ["tenant:{tenant}"], skip(loads))]
pub async fn tagged(tenant: u64, id: u64, loads: &AtomicU64) -> u64 {
    let _ = (tenant, id);
    loads.fetch_add(1, Ordering::Relaxed)
}

/// Has a method.
#[derive(Debug)]
pub struct Shop {
    tenant: u64,
    cache: Cache,
}

impl Shop {
    /// A method on a cache of its own.
    #[read_through(key = "t:{self.tenant}:{id}", ttl = "10m", near = "10m", cache = self.cache)]
    pub async fn customer(&self, id: u64) -> Res<User> {
        Ok(User::new(id, self.tenant))
    }
}

/// Asserts that the answers of a call are kept in the process, and that the body has run once.
macro_rules! assert_near {
    ($stand:expr, $call:expr, $expected:pat) => {{
        let loads = $stand.cache.stats().loads;
        let [first, second] = $stand.near(async || is_send($call).await).await;
        assert!(matches!(first, $expected) && matches!(second, $expected));
        assert_eq!($stand.cache.stats().loads, loads + 1);
    }};
}

#[tokio::test]
async fn every_form_of_the_argument() {
    let stand = Stand::new();
    assert_near!(stand, text(7), User { id: 7, .. });
    assert_near!(stand, seconds(7), User { id: 7, .. });
    assert_near!(stand, constant(7), User { id: 7, .. });
    assert_near!(stand, expression(7), User { id: 7, .. });
    assert_near!(stand, chosen(7), User { id: 7, .. });
    assert_eq!(stand.cache.stats().coherence, Coherence::Tracking);
}

#[tokio::test]
async fn every_form_of_function() {
    let stand = Stand::new();
    assert_near!(stand, found(7), Ok(Some(User { id: 7, .. })));
    assert_near!(stand, generic::<u64>(7), Ok(7));
    assert_near!(stand, computed(7), 7);
    let shop = Shop { tenant: 3, cache: stand.cache.clone() };
    assert_near!(stand, shop.customer(7), Ok(User { id: 7, .. }));
}

#[tokio::test]
async fn what_says_nothing_does_as_the_cache_says_and_false_has_the_last_word() {
    let stand = Stand::with(|builder| builder.near(LONG));
    assert_near!(stand, silent(7), User { id: 7, .. });
    assert_near!(stand, chosen(7), User { id: 7, .. });
    let before = stand.cache.stats();
    for _ in 0..50 {
        stand.on(refused(7)).await;
    }
    let after = stand.cache.stats();
    assert_eq!((after.near_hits - before.near_hits, after.hits - before.hits), (0, 49));
    assert_eq!(after.near_entries, before.near_entries);
}

#[tokio::test]
async fn without_a_word_of_anybody_nothing_is_kept() {
    let stand = Stand::new();
    for _ in 0..50 {
        stand.on(silent(7)).await;
    }
    let stats = stand.cache.stats();
    assert_eq!((stats.hits, stats.near_hits, stats.near_entries), (49, 0, 0));
}

#[tokio::test]
async fn a_value_is_kept_for_as_long_as_is_said() {
    let stand = Stand::new();
    let stats = || stand.cache.stats();
    stand.until("a near hit", async || moment(7).await, |_| stats().near_hits > 0).await;
    let before = stats();
    stand.until("a hit in Redis", async || moment(7).await, |_| stats().hits > before.hits).await;
    assert_eq!(stats().loads, 1);
}

#[tokio::test]
async fn that_there_is_nothing_is_kept_as_well_and_a_failure_is_not() {
    let stand = Stand::new();
    assert!(stand.on(found(0)).await.unwrap().is_none());
    assert!(stand.unasked(async || found(0).await).await.unwrap().is_none());
    let stats = stand.cache.stats();
    assert!(stats.absent_hits > 0);
    assert_eq!((stats.loads, stats.hits, stats.near_hits, stats.near_entries), (1, 0, 0, 1));

    for failures in 1..=3 {
        assert!(stand.on(found(1)).await.is_err());
        let stats = stand.cache.stats();
        assert_eq!((stats.load_failures, stats.near_entries), (failures, 1));
    }
}

#[tokio::test]
async fn a_near_hit_of_an_arc_is_the_same_arc() {
    let stand = Stand::new();
    let [first, second] = stand.near(async || shared(7).await).await;
    assert!(Arc::ptr_eq(&first, &second));
    let [first, second] = stand.near(async || lent(7).await.unwrap()).await;
    assert!(Arc::ptr_eq(&first, &second));
    assert_eq!(stand.cache.stats().loads, 2);
}

#[tokio::test]
async fn a_tag_takes_its_values_out_of_the_process() {
    let stand = Stand::new();
    let loads = AtomicU64::new(0);
    assert_eq!(stand.near(async || tagged(1, 7, &loads).await).await, [0, 0]);
    assert_eq!(stand.near(async || tagged(2, 7, &loads).await).await, [1, 1]);
    stand.cache.invalidate_tag("tenant:1").await.unwrap();
    assert_eq!(stand.on(tagged(1, 7, &loads)).await, 2);
    assert_eq!(stand.near(async || tagged(2, 7, &loads).await).await, [1, 1]);
    assert_eq!(stand.near(async || tagged(1, 7, &loads).await).await, [2, 2]);
}
