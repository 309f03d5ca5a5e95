//! Functions whose body may run on in the background, functions that are excused an error, and tags.

use ::std::future::Future;
use ::std::pin::Pin;
use ::std::sync::Arc;
use ::std::time::Duration;

use cache_runtime::read_through;

use crate::methods::Repo;
use crate::{DbError, Res, User, assert_cached, is_send, on_a_cache};
pub use crate::{core, std};

const SOFT: Duration = Duration::from_millis(50);

/// A background alone.
#[read_through(key = "swr:{id}", ttl = 60, stale_while_revalidate = "30s")]
pub async fn revalidated(id: u64) -> Res<User> {
    Ok(User::new(id, "swr"))
}

/// An excuse alone, which leaves borrowed arguments alone.
#[read_through(key = "sie:{name}", ttl = 60, stale_if_error = 3600, skip(count))]
pub async fn excused(name: &str, count: &mut u64) -> Result<User, DbError> {
    *count += 1;
    Ok(User::new(*count, name))
}

/// Everything together.
#[read_through(
    key = "all:{name}:{limit}",
    ttl = |user: &User| user.max_age(),
    jitter = 0.1,
    stale_while_revalidate = "30s",
    stale_if_error = "1h",
    refresh_ahead = 0.8,
    soft_timeout = SOFT,
    negative_ttl = "5s",
    cache_if = |user| user.is_complete() && user.id <= limit,
    tags = ["name:{name}", "all"],
)]
pub async fn together(name: String, limit: u64) -> anyhow::Result<Option<User>> {
    Ok(Some(User::new(limit, name)))
}

/// Closures and a body that want the same parameter.
#[read_through(key = "judged:{name}:{limit}", ttl = |user: &User| user.id + name.len() as u64, cache_if = |user| {
    assert_eq!(format!("{name}"), user.name);
    user.id == limit.id
}, refresh_ahead = 0.5)]
pub async fn judged(name: String, limit: Limit) -> User {
    let Limit { id } = limit;
    User::new(id, name)
}

/// A parameter that is no `Copy`.
#[derive(Clone, Debug)]
pub struct Limit {
    id: u64,
}

impl ::std::fmt::Display for Limit {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        self.id.fmt(f)
    }
}

/// A body that blocks, in the background.
#[read_through(key = "blocking:{id}", ttl = 60, refresh_ahead = 0.5, blocking)]
pub fn computed(id: u64) -> u64 {
    id
}

/// A plain future, made by hand.
#[read_through(key = "boxed:{id}", ttl = 60, refresh_ahead = 0.5)]
pub fn boxed(id: u64) -> Pin<Box<dyn Future<Output = Res<User>> + Send>> {
    Box::pin(async move { Ok(User::new(id, "boxed")) })
}

/// Generic, in the background.
#[read_through(key = "generic:{T}:{id}", ttl = 60, refresh_ahead = 0.5, tags = ["type:{T}"])]
pub async fn generic<T: From<u64> + cache_runtime::Value>(id: u64) -> Option<T> {
    Some(T::from(id))
}

/// An error that is not `Send`, in the background.
#[read_through(key = "tied:{id}", ttl = 60, stale_if_error = 60, soft_timeout = 1)]
pub async fn tied(id: u64) -> Result<u64, ::std::rc::Rc<str>> {
    Ok(id)
}

impl Repo {
    /// A receiver that outlives the call.
    #[read_through(key = "owned:{self.tenant}:{id}", ttl = 60, stale_while_revalidate = 5, cache = self.cache)]
    pub async fn owned(self: Arc<Self>, id: u64) -> Res<User> {
        Ok(User::new(id, self.tenant))
    }

    /// A closure and a body that want the same receiver.
    #[read_through(key = "t:{id}", ttl = 60, refresh_ahead = 0.5, cache_if = |id: &u64| *id == self.tenant, skip(self))]
    pub async fn own(self: Arc<Self>, id: u64) -> u64 {
        drop(self);
        id
    }

    /// A tag of fields.
    #[read_through(key = "tagged:{id.0}", ttl = 60, skip(self), tags = ["tenant:{self.tenant}", "pair:{id:?}"])]
    pub async fn tagged(&self, id: (u64, u8)) -> u64 {
        id.0
    }
}

/// A trait made by `async_trait`.
#[async_trait::async_trait]
pub trait Watched: Send + Sync + 'static {
    /// Watches.
    async fn watched(self: Arc<Self>, id: u64) -> Result<User, DbError>;
    /// Watches in another way.
    #[read_through(key = "by-default:{id}", ttl = 60, refresh_ahead = 0.8, skip(self), companions = false)]
    async fn by_default(self: Arc<Self>, id: u64) -> u64 {
        id
    }
}

#[async_trait::async_trait]
impl Watched for Repo {
    #[read_through(key = "watched:{id}", ttl = 60, stale_while_revalidate = 5, skip(self), companions = false)]
    async fn watched(self: Arc<Self>, id: u64) -> Result<User, DbError> {
        Ok(User::new(id, self.tenant))
    }
}

#[tokio::test]
async fn functions_with_a_background() {
    assert_cached!(is_send(revalidated(7)), Ok(User { id: 7, .. }));
    assert_cached!(is_send(together("ada".to_owned(), 7)), Ok(Some(User { id: 7, .. })));
    assert_cached!(is_send(judged("ada".to_owned(), Limit { id: 7 })), User { id: 7, .. });
    assert_cached!(is_send(computed(7)), 7);
    assert_cached!(is_send(boxed(7)), Ok(User { id: 7, .. }));
    assert_cached!(is_send(generic::<u64>(7)), Some(7));
    assert_cached!(is_send(tied(7)), Ok(7));
}

#[tokio::test]
async fn methods_with_a_background() {
    let repo = Arc::new(Repo::new());
    assert_cached!(is_send(repo.clone().watched(7)), Ok(User { id: 7, .. }));
    assert_cached!(is_send(repo.clone().by_default(7)), 7);
    assert_cached!(is_send(repo.clone().own(3)), 3);
    assert_cached!(is_send(repo.tagged((7, 1))), 7);
    repo.clone().owned(7).await.unwrap();
    assert_eq!(repo.owned_peek(7).await.map(|user: User| user.id), Some(7));
}

#[tokio::test]
async fn an_excused_function_may_borrow() {
    let mut count = 0;
    let ((), stats) = on_a_cache(async {
        assert_eq!(is_send(excused("ada", &mut count)).await.unwrap().id, 1);
        assert_eq!(excused("ada", &mut count).await.unwrap().id, 1);
    })
    .await;
    assert_eq!((count, stats.loads), (1, 1));
}

#[tokio::test]
async fn companions_of_a_function_with_a_background() {
    let ((), stats) = on_a_cache(async {
        let (ada, name) = (User::new(7, "ada"), || "ada".to_owned());
        assert_eq!(is_send(together::refresh(name(), 7)).await.unwrap(), Some(ada.clone()));
        assert_eq!(together::origin(name(), 7).await.unwrap(), Some(ada.clone()));
        assert_eq!(together::peek(name(), 7).await, Some(ada.clone()));
        together::put(name(), 7, &User::new(8, "too much")).await.unwrap();
        assert_eq!(together::peek(name(), 7).await, None);
        together::put(name(), 7, &ada).await.unwrap();
        together::invalidate(name(), 7).await.unwrap();
        assert_eq!(together::peek(name(), 7).await, None);
    })
    .await;
    assert_eq!(stats.loads, 1, "{stats:?}");
}
