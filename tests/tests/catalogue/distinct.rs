//! Pairs of functions that keep apart what they store, or store the same.
#![allow(dead_code)]

use std::collections::HashMap;

use cache_runtime::{Cache, catalogue, read_through};

use crate::{Order, User};

/// A layout that was written down twice.
pub mod copied {
    /// The same as the other one.
    #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
    pub struct User {
        id: u64,
        name: String,
    }
}

static HERE: std::sync::LazyLock<Cache> = std::sync::LazyLock::new(|| Cache::builder().build().unwrap());
static THERE: std::sync::LazyLock<Cache> = std::sync::LazyLock::new(|| Cache::builder().build().unwrap());

macro_rules! functions {
    ($($name:ident($($parameter:ident: $ty:ty),*) -> $returned:ty, $key:literal $(, $argument:ident = $value:expr)*;)*) => {$(
        #[read_through(key = $key, ttl = 60 $(, $argument = $value)*)]
        async fn $name($($parameter: $ty),*) -> $returned {
            Default::default()
        }
    )*};
}

type Id = u32;

functions! {
    shared(id: u64) -> Option<User>, "apart:shared:{id}";
    shared_again(id: u64) -> User, "apart:shared:{id}";
    shared_by_another(id: u64) -> copied::User, "apart:shared:{id}";
    longer(kind: String, id: u64) -> Order, "apart:shared:{kind}:{id}";
    by_number(id: Id) -> User, "apart:number:{id}";
    by_reference(id: &u64) -> User, "apart:number:{id}";
    all() -> Order, "apart:number:all";
    here(id: u64) -> User, "apart:elsewhere:{id}", cache = HERE;
    there(id: u64) -> Order, "apart:elsewhere:{id}", cache = THERE;
    anywhere(id: u64) -> copied::User, "apart:elsewhere:{id}";
    default_codec(id: u64) -> User, "apart:codec:{id}";
}

#[read_through(key = "apart:codec:{id}", ttl = 60, codec = bincode)]
async fn in_bincode(id: u64) -> User {
    User { id, ..User::default() }
}

#[read_through(key = "apart:shared:{id}", ttl = 60, each(id in ids))]
async fn shared_by_many(ids: &[u64]) -> HashMap<u64, User> {
    ids.iter().map(|id| (*id, User::default())).collect()
}

#[read_through(ttl = 60)]
async fn by_path(id: String) -> Order {
    Order { id: 0, lines: vec![id] }
}

#[read_through(ttl = 60)]
async fn by_another_path(id: String) -> User {
    User { id: 0, name: id }
}

#[test]
fn what_is_kept_apart_is_no_conflict() {
    let Err(conflicts) = catalogue().check() else { panic!("other functions of this program do have conflicts") };
    for conflict in &conflicts {
        assert!(!conflict.to_string().contains("catalogue::distinct"), "{conflict}");
        assert!(!conflict.to_string().contains("catalogue::forms"), "{conflict}");
    }
}
