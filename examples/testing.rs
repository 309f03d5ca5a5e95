//! How to test code with annotated functions: a cache for each test, what ran in it, a clock that obeys, and a store that fails.
//!
//! `cargo test -p cache-examples --example testing`

use std::collections::HashMap;
use std::error::Error;
use std::io;
use std::sync::{Mutex, PoisonError};

use cache_runtime::read_through;

/// Stands for a real one; in tests a fake is as good.
#[derive(Default)]
struct Database(Mutex<HashMap<u64, String>>);

impl Database {
    fn name(&self, id: u64) -> io::Result<String> {
        let names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        names.get(&id).cloned().ok_or(io::ErrorKind::NotFound.into())
    }

    fn set_name(&self, id: u64, name: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id, name.to_owned());
    }
}

#[read_through(key = "user:{id}:name", ttl = "1m", skip(db))]
async fn name(id: u64, db: &Database) -> io::Result<String> {
    db.name(id)
}

/// First the database, then the cache: the other way round, a reader in between would store the old name again.
async fn rename(id: u64, new: &str, db: &Database) -> Result<(), cache_runtime::Error> {
    db.set_name(id, new);
    name::invalidate(id).await
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let db = Database::default();
    for new in ["Ada", "Grace"] {
        rename(7, new, &db).await?;
        println!("user 7 is called {}", name(7, &db).await?);
    }
    println!("what this does in tests: cargo test -p cache-examples --example testing");
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use cache_runtime::testing::{Clock, Fault, Faults, Operation, assert_loads, cache_with_faults};
    use cache_runtime::{Cache, ErrorKind, bypass, with_cache};

    use super::*;

    /// A cache that no other test knows, and a database with one user.
    fn stand() -> (Cache, Database) {
        let (cache, _no_faults, db) = fragile();
        (cache, db)
    }

    /// The same with a store that fails when it is told to.
    fn fragile() -> (Cache, Faults, Database) {
        let db = Database::default();
        db.set_name(7, "Ada");
        let (cache, faults) = cache_with_faults(Cache::builder()).unwrap();
        (cache, faults, db)
    }

    #[tokio::test]
    async fn the_database_is_asked_once() {
        let (cache, db) = stand();
        with_cache(cache, async {
            assert_eq!(name(7, &db).await.unwrap(), "Ada");
            assert_eq!(name(7, &db).await.unwrap(), "Ada");
            assert_loads!(name, 1);
        })
        .await;
    }

    #[tokio::test]
    async fn callers_at_the_same_time_share_one_load() {
        let (cache, db) = stand();
        let (one, other) = with_cache(cache.clone(), async { tokio::join!(name(7, &db), name(7, &db)) }).await;
        assert_eq!(one.unwrap(), other.unwrap());
        assert_loads!(in cache, name, 1);
    }

    #[tokio::test]
    async fn a_new_name_is_seen_at_once() {
        let (cache, db) = stand();
        with_cache(cache, async {
            assert_eq!(name(7, &db).await.unwrap(), "Ada");
            rename(7, "Grace", &db).await.unwrap();
            assert_eq!(name(7, &db).await.unwrap(), "Grace");
        })
        .await;
    }

    #[tokio::test]
    async fn a_change_behind_our_back_is_seen_when_the_ttl_is_over() {
        let (clock, (cache, db)) = (Clock::stop(), stand());
        with_cache(cache, async {
            assert_eq!(name(7, &db).await.unwrap(), "Ada");
            db.set_name(7, "Grace");
            clock.advance(Duration::from_secs(59)).await;
            assert_eq!(name(7, &db).await.unwrap(), "Ada");
            clock.advance(Duration::from_secs(1)).await;
            assert_eq!(name(7, &db).await.unwrap(), "Grace");
        })
        .await;
    }

    #[tokio::test]
    async fn a_failure_is_not_remembered() {
        let (cache, db) = stand();
        with_cache(cache.clone(), async {
            assert!(name(8, &db).await.is_err());
            db.set_name(8, "Alan");
            assert_eq!(name(8, &db).await.unwrap(), "Alan");
            assert_loads!(name, 2);
        })
        .await;
        assert_eq!((cache.stats().load_failures, cache.stats().loads), (1, 1));
    }

    #[tokio::test]
    async fn without_a_store_the_database_is_asked_each_time_and_nobody_gets_an_error() {
        let (cache, faults, db) = fragile();
        with_cache(cache, async {
            faults.outage(Fault::Fail(ErrorKind::Unavailable));
            assert_eq!(name(7, &db).await.unwrap(), "Ada");
            assert_eq!(name(7, &db).await.unwrap(), "Ada");
            assert_loads!(name, 2);
        })
        .await;
    }

    /// The database has the new name by then: it is for the caller to say that others may see the old one for a minute.
    #[tokio::test]
    async fn who_renames_is_told_that_the_old_name_may_still_be_seen() {
        let (cache, faults, db) = fragile();
        with_cache(cache, async {
            faults.next(1, Operation::Remove, Fault::Fail(ErrorKind::Refused));
            assert_eq!(rename(7, "Grace", &db).await.unwrap_err().kind(), ErrorKind::Refused);
            assert_eq!(db.name(7).unwrap(), "Grace");
        })
        .await;
    }

    /// Where the cache is not the subject, leave it out.
    #[tokio::test]
    async fn the_body_alone() {
        let (_, db) = stand();
        bypass(async {
            assert_eq!(name(7, &db).await.unwrap(), "Ada");
            db.set_name(7, "Grace");
            assert_eq!(name(7, &db).await.unwrap(), "Grace");
        })
        .await;
    }
}
