//! Free functions: plain, inner, generic and blocking ones.

use ::std::fmt::Display;
use ::std::marker::PhantomData;
use ::std::sync::LazyLock;
use ::std::time::Duration;

use cache_runtime::{Cache, CodecError, CustomCodec, read_through};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{DbError, Res, User, assert_cached, memory, on_a_cache};
pub use crate::{core, std};

/// A free function.
#[read_through(key = "user:{id}", ttl = 60)]
pub async fn get_user(id: u64) -> Result<User, DbError> {
    Ok(User::new(id, "ada"))
}

#[tokio::test]
async fn a_free_function_and_its_companions() {
    assert_cached!(get_user(7), Ok(User { id: 7, .. }));
    let ((), stats) = on_a_cache(async {
        assert_eq!(get_user::key(7).to_string(), "user:7");
        assert_eq!(get_user::peek(7).await, None);
        get_user::put(7, &User::new(7, "put")).await.unwrap();
        assert_eq!(get_user::peek(7).await.unwrap().name, "put");
        assert_eq!(get_user(7).await.unwrap().name, "put");
        assert_eq!(get_user::origin(7).await.unwrap().name, "ada");
        assert_eq!(get_user(7).await.unwrap().name, "put");
        assert_eq!(get_user::refresh(7).await.unwrap().name, "ada");
        assert_eq!(get_user(7).await.unwrap().name, "ada");
        get_user::invalidate(7).await.unwrap();
        assert_eq!(get_user::peek(7).await, None);
    })
    .await;
    assert_eq!(stats.loads, 1, "{stats:?}");
}

#[tokio::test]
async fn a_function_inside_a_function() {
    #[read_through(key = "inner:{id}", ttl = 60)]
    async fn inner(id: u64) -> User {
        User::new(id, "inner")
    }
    assert_cached!(inner(7), User { .. });
    on_a_cache(async { inner::invalidate(7).await.unwrap() }).await;
}

/// Loads by key.
pub trait Load: Send + Sync + 'static {
    /// The name of what is loaded.
    const NAME: &'static str;
    /// How long it lives.
    const TTL: Duration = Duration::from_secs(60);

    /// Where it is stored.
    #[must_use]
    fn cache() -> &'static Cache {
        static CACHE: LazyLock<Cache> = LazyLock::new(memory);
        &CACHE
    }
}

/// How a kind is stored.
#[derive(Debug)]
pub struct Coded<L>(PhantomData<L>);

impl<L: Load> CustomCodec for Coded<L> {
    const NAME: &'static str = L::NAME;
    const HUMAN_READABLE: bool = true;

    fn encode<T: Serialize>(value: &T, out: &mut Vec<u8>) -> Result<(), CodecError> {
        serde_json::to_writer(out, value).map_err(|_| CodecError::new("not json"))
    }

    fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, CodecError> {
        serde_json::from_slice(bytes).map_err(|_| CodecError::new("not json"))
    }
}

/// A kind.
#[derive(Debug)]
pub struct Ada;

impl Load for Ada {
    const NAME: &'static str = "ada";
}

/// A generic function.
#[read_through(key = "{id}:{N}:{L}", ttl = "1h 30m", skip(_kind))]
pub async fn generic<'a, K, L, const N: usize>(id: &'a K, _kind: &'a L) -> Res<(String, usize)>
where
    K: Display + Sync + ?Sized,
    L: Load,
{
    Ok((format!("{id}{}", L::NAME), N))
}

#[tokio::test]
async fn a_generic_function() {
    assert_cached!(generic::<_, _, 4>("a", &Ada), Ok((_, 4)));
    on_a_cache(async {
        generic::<_, _, 3>("a", &Ada).await.unwrap();
        assert_eq!(generic::key::<_, Ada, 3>("a").as_str(), "a:3:macro_forms::functions::Ada");
        let value: Option<(String, usize)> = generic::peek::<_, Ada, 3, _, _>("a").await;
        assert_eq!(value, Some(("aada".to_owned(), 3)));
    })
    .await;
}

/// A value that is generic.
#[read_through(ttl = 60)]
pub async fn parsed<T>(text: &str) -> Option<T>
where
    T: ::std::str::FromStr + Serialize + DeserializeOwned + Clone + Send + Sync + 'static,
{
    text.parse().ok()
}

#[tokio::test]
async fn a_generic_value_with_the_default_key() {
    assert_cached!(parsed::<u64>("7"), Some(7));
    on_a_cache(async {
        assert_eq!(parsed::<u64>("7").await, Some(7));
        assert_eq!(parsed::<u8>("7").await, Some(7));
        assert_eq!(parsed::peek::<u64>("7").await, Some(7));
        let key = parsed::key::<u64>("7").to_string();
        assert!(key.ends_with("macro_forms::functions::parsed:u64:7"), "{key}");
    })
    .await;
}

/// A kind says how long it lives, where and how it is stored, and whether.
#[read_through(
    key = "kind:{id}",
    skip(L),
    ttl = L::TTL,
    cache = L::cache(),
    codec = Coded<L>,
    cache_if = |name: &String| name == L::NAME
)]
pub async fn ruled_by_its_kind<L: Load>(id: u64) -> String {
    let _ = id;
    L::NAME.to_owned()
}

#[tokio::test]
async fn arguments_that_name_generics() {
    assert_eq!(ruled_by_its_kind::<Ada>(7).await, "ada");
    assert_eq!(ruled_by_its_kind::peek::<Ada>(7).await, Some("ada".to_owned()));
    ruled_by_its_kind::put::<Ada>(7, &"ada".to_owned()).await.unwrap();
    ruled_by_its_kind::invalidate::<Ada>(7).await.unwrap();
    assert_eq!(Ada::cache().stats().loads, 1);
}

/// Blocks.
#[read_through(key = "digest:{rounds}", ttl = "1d", blocking)]
pub fn digest(rounds: u32) -> u64 {
    (0..rounds).fold(0, |digest, round| digest ^ u64::from(round))
}

#[tokio::test]
async fn a_function_that_blocks() {
    assert_cached!(digest(10), _);
    on_a_cache(async { digest::invalidate(10).await.unwrap() }).await;
}
