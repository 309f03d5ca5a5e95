//! What a function may return: plain and shared values, options, and results by any name and with any error.

use ::std::rc::Rc;
use ::std::sync::Arc;

use cache_runtime::read_through;

use crate::{DbError, Res, User, assert_cached, on_a_cache};
pub use crate::{core, std};

/// A result by another name.
#[read_through(key = "io:{id}", ttl = 60)]
pub async fn io(id: u64) -> ::std::io::Result<User> {
    Ok(User::new(id, "io"))
}

/// A result by another name.
#[read_through(key = "anyhow:{id}", ttl = 60)]
pub async fn any(id: u64) -> anyhow::Result<User> {
    anyhow::ensure!(id > 0, "no such user");
    Ok(User::new(id, "anyhow"))
}

/// A result by a name that says nothing.
#[read_through(key = "alias:{id}", ttl = 60)]
pub async fn alias(id: u64) -> Res<User> {
    if id == 0 {
        return Err(DbError);
    }
    Ok(User::new(id, "alias"))
}

/// An option in a result by a name that says nothing.
#[read_through(key = "maybe:{id}", ttl = 60, negative_ttl = "5s")]
pub async fn maybe(id: u64) -> Res<Option<User>> {
    Ok((id > 0).then(|| User::new(id, "maybe")))
}

#[tokio::test]
async fn results_behind_any_alias() {
    assert_cached!(io(7), Ok(User { .. }));
    assert_cached!(any(7), Ok(User { .. }));
    assert_cached!(alias(7), Ok(User { .. }));
    assert_cached!(maybe(7), Ok(Some(User { .. })));
    assert_cached!(maybe(0), Ok(None));
    on_a_cache(async {
        assert!(any(0).await.is_err());
        assert!(alias(0).await.is_err());
        alias::put(7, &User::new(7, "put")).await.unwrap();
        assert_eq!(alias::peek(7).await.unwrap().name, "put");
        maybe::put(7, &User::new(7, "put")).await.unwrap();
        assert_eq!(maybe::peek(7).await.unwrap().name, "put");
    })
    .await;
}

/// A result that is called like the one of the standard library.
pub mod homonym {
    use super::{DbError, User, read_through};
    pub use crate::{core, std};

    /// Names the error, not the value.
    pub type Result<E> = ::std::result::Result<User, E>;

    /// A result.
    #[read_through(key = "homonym:{id}", ttl = 60)]
    pub async fn homonym(id: u64) -> Result<DbError> {
        Ok(User::new(id, "homonym"))
    }
}

#[tokio::test]
async fn a_result_whose_only_type_is_its_error() {
    assert_cached!(homonym::homonym(7), Ok(User { .. }));
    on_a_cache(async {
        homonym::homonym::put(7, &User::new(7, "put")).await.unwrap();
        assert_eq!(homonym::homonym::peek(7).await.unwrap().name, "put");
    })
    .await;
}

/// An error that must stay on its thread.
#[read_through(key = "tied:{id}", ttl = 60)]
pub async fn tied(id: u64) -> Result<u64, Rc<str>> {
    if id == 0 { Err("no such user".into()) } else { Ok(id) }
}

#[tokio::test]
async fn an_error_that_is_not_send() {
    assert_cached!(tied(7), Ok(7));
    let ((), stats) = on_a_cache(async {
        assert_eq!(tied(0).await.unwrap_err().as_ref(), "no such user");
        assert!(tied::refresh(0).await.is_err());
        assert_eq!(tied::peek(0).await, None);
        tied::put(0, &8).await.unwrap();
        assert_eq!(tied(0).await, Ok(8));
    })
    .await;
    assert_eq!((stats.loads, stats.load_failures), (0, 2), "{stats:?}");
}

/// A plain value.
#[read_through(key = "plain", ttl = 60)]
pub async fn plain() -> Vec<u64> {
    vec![1, 2, 3]
}

/// A shared value.
#[read_through(key = "arc:{id}", ttl = 60)]
pub async fn arc(id: u64) -> Arc<User> {
    Arc::new(User::new(id, "arc"))
}

#[tokio::test]
async fn plain_and_shared_values() {
    assert_cached!(plain(), _);
    assert_cached!(arc(7), _);
    on_a_cache(async {
        plain::put(&vec![4]).await.unwrap();
        assert_eq!(plain().await, [4]);
        arc::put(7, &Arc::new(User::new(7, "put"))).await.unwrap();
        assert_eq!(arc::peek(7).await.unwrap().name, "put");
    })
    .await;
}

/// An error that is the caller's own argument.
#[read_through(key = "lent:{name}", ttl = 60)]
pub async fn lent(name: &str) -> Result<usize, &str> {
    if name.is_empty() { Err(name) } else { Ok(name.len()) }
}

/// The same with a name, and with nothing in it.
#[read_through(key = "lent maybe:{name}", ttl = 60, negative_ttl = "5s")]
pub async fn lent_maybe<'a>(name: &'a str) -> Result<Option<usize>, ::std::borrow::Cow<'a, str>> {
    match name.len() {
        0 => Err(name.into()),
        1 => Ok(None),
        length => Ok(Some(length)),
    }
}

/// The same for many.
#[read_through(key = "lent many:{id}", ttl = 60, skip(name), each(id in ids))]
pub async fn lent_many<'a>(name: &'a str, ids: &[u64]) -> Result<Vec<(u64, u64)>, &'a str> {
    if ids.contains(&0) { Err(name) } else { Ok(ids.iter().map(|&id| (id, id)).collect()) }
}

#[tokio::test]
async fn an_error_that_borrows() {
    assert_cached!(lent("abc"), Ok(3));
    assert_cached!(lent_maybe("abc"), Ok(Some(3)));
    assert_cached!(lent_maybe("a"), Ok(None));
    let ((), stats) = on_a_cache(async {
        let name = "ab".to_owned();
        assert_eq!(lent(&name[..0]).await, Err(""));
        assert_eq!(lent::refresh("abc").await, Ok(3));
        lent::put("abc", &4).await.unwrap();
        assert_eq!(lent::peek("abc").await, Some(4));
        assert_eq!(lent_maybe(&name[..0]).await.unwrap_err(), "");
        assert_eq!(lent_many(&name, &[0, 1]).await, Err("ab"));
        assert_eq!(lent_many(&name, &[1, 2]).await.unwrap().len(), 2);
        assert_eq!(lent_many(&name, &[1, 2]).await.unwrap().len(), 2);
    })
    .await;
    assert_eq!((stats.load_failures, stats.loads), (4, 3), "{stats:?}");
}
