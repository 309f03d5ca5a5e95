//! `#[invalidates(..)]` and `#[write_through(..)]`: what follows a success, and what a caller that goes away leaves behind.

#![deny(warnings, missing_docs, single_use_lifetimes, unused_lifetimes, clippy::all, clippy::pedantic)]
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod failing;
mod gone;
mod methods;
mod targets;

use std::future::Future;

use cache_runtime::{Cache, read_through, with_cache};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct User {
    id: u64,
    name: String,
}

#[derive(Debug, PartialEq)]
struct Failed;

/// A result by a name that says nothing.
type Res<T> = Result<T, Failed>;

fn user(id: u64, name: &str) -> User {
    User { id, name: name.to_owned() }
}

#[read_through(key = "user:{id}", ttl = 60)]
async fn get_user(id: u64) -> Res<Option<User>> {
    Ok(Some(user(id, "loaded")))
}

mod names {
    use cache_runtime::read_through;

    #[read_through(key = "name:{tenant}:{id}", ttl = 60, tags = ["tenant:{tenant}"])]
    pub(crate) async fn name_of(tenant: &str, id: u64) -> String {
        format!("{id} of {tenant}")
    }

    #[read_through(key = "default:{T}", ttl = 60)]
    pub(crate) async fn default_of<T: Default + cache_runtime::Value>() -> Option<T> {
        Some(T::default())
    }
}

fn memory() -> Cache {
    Cache::builder().url("memory://").build().unwrap()
}

/// Runs `test` on a cache in which user 7 is stored.
async fn with_user_7<F: Future>(test: F) -> F::Output {
    with_cache(memory(), async {
        get_user(7).await.unwrap();
        test.await
    })
    .await
}

/// Lets everything run that can, so that what should not happen has had its chance.
async fn settle() {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

async fn is_stored() -> bool {
    get_user::peek(7).await.is_some()
}

/// Does not compile where `future` cannot be sent to another thread.
fn is_send<F: Future + Send>(future: F) -> F {
    future
}
