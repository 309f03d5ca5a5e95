//! Functions in a crate that has no prelude, no `unsafe`, and modules with the names of crates.

#![no_implicit_prelude]
#![deny(warnings, missing_docs, unused, unreachable_pub, missing_debug_implementations)]
#![forbid(unsafe_code)]

use ::std::iter::Iterator;

use ::cache_runtime::{Cache, catalogue, read_through, with_cache};

/// Not the real one.
pub mod inventory {}
/// Not the real one.
pub mod std {}
/// Not the real one.
pub mod core {}
/// Not the real one.
pub mod cache_runtime {}

/// Named as one of its companions.
#[read_through(key = "stats:{id}", ttl = 60)]
pub async fn stats(id: u64) -> u64 {
    id
}

/// Named as what generated code calls.
#[read_through(key = "register:{path_of}", ttl = 60)]
pub async fn register(path_of: u64) -> u64 {
    path_of
}

/// Named as what generated code makes.
#[derive(Debug)]
pub struct SPEC;

impl SPEC {
    /// Has companions.
    #[read_through(key = "found:{id}", ttl = 60, skip(self))]
    pub async fn find(&self, id: u64) -> u64 {
        id
    }

    /// Has none.
    #[read_through(key = "path:{id}", ttl = 60, skip(self), companions = false)]
    pub async fn path_of(&self, id: u64) -> u64 {
        id
    }
}

/// Is not there.
#[read_through(key = "gone:{id}", ttl = 60)]
#[cfg(any())]
pub async fn gone(id: u64) -> Missing {
    id
}

#[test]
fn what_is_generated_names_everything_in_full() {
    let cache = Cache::builder().build().unwrap();
    let calls = with_cache(::std::clone::Clone::clone(&cache), async {
        for _ in 0..2_u8 {
            let called = [stats(1).await, register(1).await, SPEC.find(1).await, SPEC.path_of(1).await];
            ::std::assert_eq!(called, [1; 4]);
        }
        (stats::stats().loads, SPEC.find_stats().hits)
    });
    let runtime = ::tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    ::std::assert_eq!(runtime.block_on(calls), (1, 1));
    let names = ["no_prelude::SPEC::find", "no_prelude::SPEC::path_of", "no_prelude::register", "no_prelude::stats"];
    let called = cache.stats_by_function();
    ::std::assert_eq!(called.len(), names.len());
    for ((called, _), name) in ::std::iter::zip(called, names) {
        ::std::assert_eq!(called, name);
        ::std::assert!(catalogue().iter().any(|function| function.name() == name));
    }
}
