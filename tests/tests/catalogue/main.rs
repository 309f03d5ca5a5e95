//! The catalogue of a program: every form of annotated function is in it, and those whose values collide are told.

#![deny(warnings, missing_docs, clippy::all, clippy::pedantic)]
#![forbid(unsafe_code)]
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use std::future::Future;

use cache_runtime::{AnnotatedFunction, Cache, catalogue, with_cache};
use serde::{Deserialize, Serialize};

pub mod conflicts;
pub mod distinct;
pub mod forms;
pub mod seen;

/// A stored value.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct User {
    id: u64,
    name: String,
}

/// Another one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Order {
    id: u64,
    lines: Vec<String>,
}

/// An error that cannot be stored.
#[derive(Debug)]
pub struct DbError;

/// The only function of this name in this program.
fn function(name: &str) -> AnnotatedFunction {
    let catalogue = catalogue();
    let mut found = catalogue.iter().filter(|function| function.name() == format!("catalogue::{name}"));
    let only = found.next().unwrap_or_else(|| panic!("{name} is not there"));
    assert!(found.next().is_none(), "{name} is there twice");
    only.clone()
}

async fn on_a_cache<F: Future>(future: F) -> F::Output {
    with_cache(Cache::builder().url("memory://").build().unwrap(), future).await
}
