//! Methods of traits, with and without `async_trait`.

use ::std::future::Future;

use cache_runtime::read_through;

use crate::methods::Repo;
use crate::{DbError, User, assert_cached};
pub use crate::{core, std};

/// A trait.
pub trait Find {
    /// Finds.
    fn find(&self, id: u64) -> impl Future<Output = User> + Send;

    /// Counts.
    #[read_through(key = "count", ttl = 60, skip(self), companions = false)]
    #[allow(async_fn_in_trait)]
    async fn count(&self) -> u64
    where
        Self: Sync,
    {
        1
    }
}

impl Find for Repo {
    #[read_through(ttl = 60, skip(self), companions = false)]
    async fn find(&self, id: u64) -> User {
        User::new(id, self.tenant)
    }
}

/// A trait made by `async_trait`.
#[async_trait::async_trait]
pub trait DynFind: Send + Sync {
    /// Finds.
    async fn dyn_find(&self, id: u64) -> Result<User, DbError>;
    /// Finds in another way.
    #[read_through(key = "default:{name}", ttl = 60, skip(self), companions = false)]
    async fn by_name(&self, name: &str) -> anyhow::Result<User> {
        Ok(User::new(1, name))
    }
}

#[async_trait::async_trait]
impl DynFind for Repo {
    #[read_through(key = "d:{self.tenant}:{id}", ttl = 60, companions = false)]
    async fn dyn_find(&self, id: u64) -> Result<User, DbError> {
        Ok(User::new(id, self.tenant))
    }
}

#[tokio::test]
async fn trait_methods() {
    let repo = Repo::new();
    assert_cached!(repo.find(7), User { id: 7, .. });
    assert_cached!(repo.count(), 1);
    let repo: &dyn DynFind = &repo;
    assert_cached!(repo.dyn_find(7), Ok(User { id: 7, .. }));
    assert_cached!(repo.by_name("ada"), Ok(User { .. }));
}
