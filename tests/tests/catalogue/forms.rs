//! Functions of every form, none of which is ever called.
#![allow(dead_code)]

use std::collections::HashMap;
use std::fmt::Display;
use std::io;
use std::time::Duration;

use cache_runtime::{Cache, CodecError, CustomCodec, catalogue, read_through};
use serde::{Serialize, de::DeserializeOwned};

use crate::{DbError, Order, User, function};

#[read_through(key = "forms:user:{id}", ttl = "1h 30m", tags = ["users", "user:{id}"], codec = json, version = 3)]
async fn free(id: u64) -> Result<Option<User>, DbError> {
    Ok(Some(User { id, ..User::default() }))
}

#[read_through(ttl = "forever")]
async fn with_default_key(tenant: u32, name: &str) -> io::Result<Order> {
    Ok(Order { id: tenant.into(), lines: vec![name.to_owned()] })
}

#[read_through(key = "forms:each:{id}", ttl = 60, each(id in ids))]
async fn many(ids: &[u64]) -> Result<HashMap<u64, Order>, DbError> {
    Ok(ids.iter().map(|id| (*id, Order::default())).collect())
}

#[read_through(key = "forms:generic:{key}", ttl = ttl_of(1))]
async fn generic<K: Display + Send + Sync, T: Default + cache_runtime::Value>(key: K) -> Option<T> {
    drop(key);
    None
}

#[read_through(key = "forms:alone:{id}", ttl = 60, companions = false)]
async fn without_companions(id: u64) -> u64 {
    id
}

#[read_through(key = "forms:blocking:{id}", ttl = 60, blocking)]
fn blocking(id: u64) -> u64 {
    id
}

#[read_through(key = "forms:borrowed:{text}", ttl = 60)]
async fn with_a_borrowed_error<'a>(text: &'a str) -> Result<u64, NoNumber<'a>> {
    text.parse().map_err(|_| NoNumber(text))
}

#[read_through(key = "forms:elided:{text}", ttl = 60)]
async fn with_an_elided_error(text: &str) -> Result<u64, NoNumber<'_>> {
    text.parse().map_err(|_| NoNumber(text))
}

struct NoNumber<'a>(&'a str);

#[cfg(not(test))]
#[read_through(key = "forms:absent", ttl = 60)]
async fn not_compiled() -> u64 {
    1
}

#[deprecated = "for the test"]
#[derive(Clone, serde::Serialize, serde::Deserialize)]
struct Old;

#[read_through(key = "forms:deprecated", ttl = 60)]
#[allow(deprecated)]
async fn with_a_deprecated_type() -> Old {
    Old
}

/// Words of its own.
struct Shouting;

impl CustomCodec for Shouting {
    const NAME: &'static str = "shouting";

    fn encode<T: Serialize>(value: &T, out: &mut Vec<u8>) -> Result<(), CodecError> {
        serde_json::to_writer(out, value).map_err(CodecError::new)
    }

    fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, CodecError> {
        serde_json::from_slice(bytes).map_err(CodecError::new)
    }
}

#[read_through(key = "forms:shouted:{id}", ttl = 60, codec = Shouting)]
async fn shouted(id: u64) -> User {
    User { id, ..User::default() }
}

fn ttl_of(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

struct Repo<T> {
    cache: Cache,
    tenant: u32,
    values: Vec<T>,
}

impl<T: Clone + cache_runtime::Value> Repo<T> {
    #[read_through(key = "forms:method:{self.tenant}:{at}", ttl = 60, cache = self.cache)]
    async fn method(&self, at: u64) -> Option<T> {
        self.values.get(usize::try_from(at).ok()?).cloned()
    }

    #[read_through(key = "forms:associated:{at}", ttl = 60, companions = false)]
    async fn associated(at: u64) -> Option<T> {
        let _ = at;
        None
    }
}

trait Find {
    #[read_through(key = "forms:provided:{id}", ttl = 60, skip(self), companions = false)]
    async fn provided(&self, id: u64) -> u64 {
        id
    }

    async fn required(&self, id: u64) -> u64;
}

impl<T> Find for Repo<T> {
    #[read_through(key = "forms:trait:{id}", ttl = 60, skip(self), companions = false)]
    async fn required(&self, id: u64) -> u64 {
        id
    }
}

mod private {
    #[cache_runtime::read_through(key = "forms:private:{id}", ttl = 60)]
    async fn inside(id: u64) -> u64 {
        id
    }
}

fn around<T>(_: T) {
    #[read_through(key = "forms:nested:{id}", ttl = 60)]
    async fn nested(id: u64) -> u64 {
        id
    }
}

#[test]
fn every_form_is_there_before_it_is_called() {
    let all = [
        ("forms::free", "forms:user:{id}"),
        ("forms::with_default_key", "{path}:{tenant}:{name}"),
        ("forms::many", "forms:each:{id}"),
        ("forms::generic", "forms:generic:{key}"),
        ("forms::without_companions", "forms:alone:{id}"),
        ("forms::blocking", "forms:blocking:{id}"),
        ("forms::with_a_borrowed_error", "forms:borrowed:{text}"),
        ("forms::with_an_elided_error", "forms:elided:{text}"),
        ("forms::with_a_deprecated_type", "forms:deprecated"),
        ("forms::shouted", "forms:shouted:{id}"),
        ("forms::Repo::method", "forms:method:{self.tenant}:{at}"),
        ("forms::Repo::associated", "forms:associated:{at}"),
        ("forms::Find::provided", "forms:provided:{id}"),
        ("forms::<Repo as Find>::required", "forms:trait:{id}"),
        ("forms::private::inside", "forms:private:{id}"),
        ("forms::nested", "forms:nested:{id}"),
    ];
    for (name, template) in all {
        assert_eq!(function(name).template(), template);
    }
    let of_this_module = catalogue().iter().filter(|function| function.name().starts_with("catalogue::forms")).count();
    assert_eq!(of_this_module, all.len());
}

#[test]
fn a_function_says_what_its_attribute_says() {
    let free = function("forms::free");
    assert_eq!(free.ttl(), Some(Duration::from_secs(5400)));
    assert_eq!(free.tags(), ["users", "user:{id}"]);
    assert_eq!((free.codec(), free.version(), free.cache()), (Some("json"), 3, None));
    let plain = function("forms::blocking");
    assert_eq!((plain.codec(), plain.version(), plain.tags().len()), (None, 0, 0));
    assert_eq!(function("forms::generic").ttl(), None);
    assert_eq!(function("forms::Repo::method").cache(), Some("self.cache"));
    assert_eq!(function("forms::shouted").codec(), Some("shouting"));
}

#[test]
fn the_type_of_a_free_function_is_known_before_it_is_called() {
    for (name, expected) in [
        ("free", Some("catalogue::User")),
        ("with_default_key", Some("catalogue::Order")),
        ("many", Some("catalogue::Order")),
        ("blocking", Some("u64")),
        ("with_an_elided_error", Some("u64")),
        ("shouted", Some("catalogue::User")),
        ("private::inside", Some("u64")),
        ("nested", Some("u64")),
        ("generic", None),
        ("with_a_borrowed_error", None),
        ("without_companions", None),
        ("Repo::method", None),
        ("Repo::associated", None),
        ("<Repo as Find>::required", None),
    ] {
        let function = function(&format!("forms::{name}"));
        assert_eq!(function.type_name(), expected, "{name}");
        assert_eq!(function.fingerprint().is_some(), expected.is_some(), "{name}");
    }
}

#[test]
fn a_fingerprint_is_that_of_type_codec_and_version() {
    let fingerprint = |name: &str| function(&format!("forms::{name}")).fingerprint().unwrap();
    assert_eq!(fingerprint("with_default_key"), fingerprint("many"));
    assert_eq!(fingerprint("blocking"), fingerprint("nested"));
    assert_ne!(fingerprint("blocking"), fingerprint("many"));
    assert_ne!(fingerprint("free"), fingerprint("shouted"));
}

#[test]
fn the_table_has_a_line_for_each() {
    let table = catalogue().to_string();
    let line = |name: &str| {
        let line = table.lines().find(|line| line.starts_with(&format!("catalogue::forms::{name} "))).unwrap();
        line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect::<Vec<_>>()
    };
    assert_eq!(table.lines().count(), catalogue().len() + 1);
    assert!(table.starts_with("function "), "{table}");
    let free = line("free");
    assert_eq!(
        free[..7],
        ["catalogue::forms::free", "forms:user:{id}", "1h 30m", "users user:{id}", "json", "3", "catalogue::User"]
    );
    assert_eq!(free[7], format!("{:016x}", function("forms::free").fingerprint().unwrap()));
    assert_eq!(line("with_default_key")[2], "forever");
    assert_eq!(line("generic")[1..], ["forms:generic:{key}", "by call", "-", "-", "0", "-", "-"]);
}
