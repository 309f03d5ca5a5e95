use std::collections::HashMap;
use std::time::Duration;

use cache_runtime::{Cache, read_through};

type Names = HashMap<u64, String>;

fn cache_of(_: u64) -> Cache { unimplemented!() }

#[read_through(key = "a:{id}", ttl = Duration::from_secs(ids.len() as u64), each(id in ids))]
async fn ttl_of_the_list(ids: &[u64]) -> Names { Names::new() }

#[read_through(key = "b:{id}", ttl = 60, jitter = 1.0 / ids.len() as f64, each(id in ids))]
async fn jitter_of_the_list(ids: &[u64]) -> Names { Names::new() }

#[read_through(key = "c:{id}", ttl = 60, cache = cache_of(*id), each(id in ids))]
async fn cache_of_the_element(ids: &[u64]) -> Names { Names::new() }

#[read_through(key = "d:{id}", ttl = 60, cache_if = |v: &String| v.len() > *id as usize, each(id in ids))]
async fn rule_of_the_element(ids: &[u64]) -> Names { Names::new() }

#[read_through(key = "e:{id}", ttl = |v: &String| v.len() * ids.len(), each(id in ids))]
async fn rule_of_the_list(ids: &[u64]) -> Names { Names::new() }

#[read_through(key = "f:{id}", ttl = Duration::from_secs(u64::from(tenant)), skip(tenant), each(id in ids))]
async fn skipped(tenant: u32, ids: &[u64]) -> Names { Names::new() }

fn main() {}
