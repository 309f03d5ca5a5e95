//! Several functions with one key: what one of them keeps is another's only if they read alike.

use ::std::sync::Arc;

use cache_runtime::read_through;

use super::stand::Stand;
use crate::User;
pub use crate::{core, std};

/// Keeps it.
#[read_through(key = "name:{id}", ttl = "10m", near = "10m")]
pub async fn near_name(id: u64) -> String {
    format!("near {id}")
}

/// Keeps it as well.
#[read_through(key = "name:{id}", ttl = "10m", near = true)]
pub async fn other_name(id: u64) -> String {
    format!("other {id}")
}

/// Does not.
#[read_through(key = "name:{id}", ttl = "10m")]
pub async fn far_name(id: u64) -> String {
    format!("far {id}")
}

/// The first version.
#[read_through(key = "versioned:{id}", ttl = "10m", near = "10m", version = 1)]
pub async fn first(id: u64) -> u64 {
    id + 100
}

/// The second one.
#[read_through(key = "versioned:{id}", ttl = "10m", near = "10m", version = 2)]
pub async fn second(id: u64) -> u64 {
    id + 200
}

/// As json.
#[read_through(key = "versioned:{id}", ttl = "10m", near = "10m", version = 2, codec = json)]
pub async fn second_as_json(id: u64) -> u64 {
    id + 300
}

/// A number.
#[read_through(key = "typed:{id}", ttl = "10m", near = "10m")]
pub async fn number(id: u64) -> u64 {
    id
}

/// A text.
#[read_through(key = "typed:{id}", ttl = "10m", near = "10m")]
pub async fn text(id: u64) -> String {
    id.to_string()
}

/// A value.
#[read_through(key = "shared:{id}", ttl = "10m", near = "10m")]
pub async fn owned(id: u64) -> User {
    User::new(id, "owned")
}

/// The same, written alike.
#[read_through(key = "shared:{id}", ttl = "10m", near = "10m")]
pub async fn shared(id: u64) -> Arc<User> {
    Arc::new(User::new(id, "shared"))
}

#[tokio::test]
async fn functions_that_read_alike_share_what_one_keeps() {
    let stand = Stand::new();
    assert_eq!(stand.near(async || near_name(7).await).await, ["near 7", "near 7"]);
    assert_eq!(stand.near(async || other_name(7).await).await, ["near 7", "near 7"]);
    let stats = stand.cache.stats();
    assert_eq!((stats.loads, stats.near_entries), (1, 1));
}

#[tokio::test]
async fn a_function_without_near_reads_redis_and_tells_those_that_keep() {
    let stand = Stand::new();
    stand.near(async || near_name(7).await).await;
    let before = stand.cache.stats();
    assert_eq!(stand.on(far_name(7)).await, "near 7");
    let after = stand.cache.stats();
    assert_eq!((after.near_hits - before.near_hits, after.hits - before.hits), (0, 1));

    stand.on(async { far_name::put(7, &"put".to_owned()).await.unwrap() }).await;
    assert_eq!(stand.on(near_name(7)).await, "put");
    assert_eq!(stand.near(async || near_name(7).await).await, ["put", "put"]);
    assert_eq!(stand.on(far_name::refresh(7)).await, "far 7");
    assert_eq!(stand.near(async || near_name(7).await).await, ["far 7", "far 7"]);
    stand.on(async { far_name::invalidate(7).await.unwrap() }).await;
    assert_eq!(stand.on(near_name(7)).await, "near 7");
}

/// Asserts that neither of two functions with one key gets what the other one stores and keeps.
macro_rules! assert_apart {
    ($one:path, $other:path, $of_one:expr, $of_other:expr) => {{
        let stand = Stand::new();
        for _ in 0..3 {
            assert_eq!(stand.near(async || $one(7).await).await, [$of_one, $of_one]);
            assert_eq!(stand.on($other(7)).await, $of_other);
            assert_eq!(stand.near(async || $other(7).await).await, [$of_other, $of_other]);
            assert_eq!(stand.on($one(7)).await, $of_one);
        }
        assert_eq!(stand.cache.stats().loads, 7);
    }};
}

#[tokio::test]
async fn a_value_of_another_version_or_codec_is_not_taken() {
    assert_apart!(first, second, 107, 207);
    assert_apart!(second, second_as_json, 207, 307);
}

#[tokio::test]
async fn a_value_of_another_type_is_not_taken() {
    assert_apart!(number, text, 7, "7");
}

#[tokio::test]
async fn a_value_that_is_written_alike_is_decoded_for_each_type() {
    let stand = Stand::new();
    stand.near(async || owned(7).await).await;
    for _ in 0..3 {
        let [first, second] = stand.near(async || shared(7).await).await;
        assert!(Arc::ptr_eq(&first, &second) && first.name == "owned");
        let [value, _] = stand.near(async || owned(7).await).await;
        assert_eq!(value.name, "owned");
    }
    let stats = stand.cache.stats();
    assert_eq!((stats.loads, stats.mismatches, stats.near_entries), (1, 0, 1), "{stats:?}");
}
