//! Inherent methods and associated functions.

use ::std::sync::Arc;
use ::std::sync::atomic::{AtomicU32, Ordering};
use ::std::time::Duration;

use cache_runtime::{Cache, read_through};

use crate::{DbError, Res, User, assert_cached, memory, on_a_cache};
pub use crate::{core, std};

/// Has methods.
#[derive(Debug)]
pub struct Repo {
    pub(crate) tenant: u64,
    pub(crate) cache: Cache,
    calls: AtomicU32,
}

impl Repo {
    pub(crate) fn new() -> Self {
        Self { tenant: 3, cache: memory(), calls: AtomicU32::new(0) }
    }

    /// A method.
    #[read_through(key = "t:{self.tenant}:{user.id}", ttl = 60, skip(db), cache = self.cache)]
    pub async fn profile(&self, user: &User, db: &mut u32) -> Res<User> {
        *db += 1;
        self.calls.fetch_add(1, Ordering::Relaxed);
        Ok(user.clone())
    }

    /// A method of a shared object.
    #[read_through(key = "s:{id}", ttl = 60, skip(self), companions = shared_cache)]
    pub async fn shared(self: Arc<Self>, mut id: u64) -> Result<Option<User>, DbError> {
        id += self.tenant;
        Ok(Some(User::new(id, Self::name())))
    }

    /// An associated function.
    #[read_through(key = "n:{id}", ttl = 60)]
    pub async fn named(id: u64) -> Option<User> {
        Some(User::new(id, Self::name()))
    }

    /// An associated function that nothing tells from a free one.
    #[read_through(key = "a:{id}", ttl = 60, companions = false)]
    pub async fn anonymous(id: u64) -> User {
        User::new(id, "anonymous")
    }

    /// An associated function whose attribute alone names `Self`.
    #[read_through(key = "l:{id}", ttl = Self::lifetime())]
    pub async fn lasting(id: u64) -> Option<User> {
        Some(User::new(id, "lasting"))
    }

    fn lifetime() -> Duration {
        Duration::from_secs(60)
    }

    fn name() -> &'static str {
        "repo"
    }
}

#[tokio::test]
async fn methods_and_their_companions() {
    let repo = Repo::new();
    let user = User::new(7, "ada");
    let mut db = 0;
    repo.profile(&user, &mut db).await.unwrap();
    repo.profile(&user, &mut db).await.unwrap();
    assert_eq!(db, 1);
    assert_eq!(repo.profile_key(&user).as_str(), "t:3:7");
    let peeked: Option<User> = repo.profile_peek::<User, _>(&user).await;
    assert_eq!(peeked, Some(user.clone()));
    repo.profile_put(&user, &User::new(7, "put")).await.unwrap();
    assert_eq!(repo.profile(&user, &mut db).await.unwrap().name, "put");
    assert_eq!(repo.profile_refresh(&user, &mut db).await.unwrap().name, "ada");
    assert_eq!(repo.profile_origin(&user, &mut db).await.unwrap().name, "ada");
    repo.profile_invalidate(&user).await.unwrap();
    assert_eq!(repo.calls.load(Ordering::Relaxed), 3);
}

#[tokio::test]
async fn other_receivers() {
    let repo = Arc::new(Repo::new());
    assert_cached!(repo.clone().shared(7), Ok(Some(User { id: 10, .. })));
    assert_cached!(Repo::named(7), Some(User { .. }));
    assert_cached!(Repo::lasting(7), Some(User { .. }));
    assert_cached!(Repo::anonymous(7), User { .. });
    on_a_cache(async {
        repo.shared_cache_invalidate(7).await.unwrap();
        assert_eq!(repo.shared_cache_peek(7).await, None);
        assert!(repo.clone().shared_cache_refresh(7).await.unwrap().is_some());
        assert!(repo.shared_cache_peek(7).await.is_some());
        Repo::named_invalidate(7).await.unwrap();
        Repo::lasting_invalidate(7).await.unwrap();
    })
    .await;
}
