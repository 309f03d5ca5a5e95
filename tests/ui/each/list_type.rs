use std::collections::{HashMap, HashSet};
use std::fmt::Display;

use cache_runtime::read_through;

type Names = HashMap<u64, String>;

#[read_through(key = "a:{id}", ttl = 60, each(id in ids))]
async fn array(ids: [u64; 4]) -> Names { Names::new() }

#[read_through(key = "b:{id}", ttl = 60, each(id in ids))]
async fn borrowed_array(ids: &[u64; 4]) -> Names { Names::new() }

#[read_through(key = "c:{id}", ttl = 60, each(id in ids))]
async fn set(ids: &HashSet<u64>) -> Names { Names::new() }

#[read_through(key = "d:{id}", ttl = 60, each(id in ids))]
async fn one(ids: u64) -> Names { Names::new() }

#[read_through(key = "e:{id}", ttl = 60, each(id in ids))]
async fn untold(ids: impl IntoIterator) -> Names { Names::new() }

#[read_through(key = "f:{id}", ttl = 60, each(id in ids))]
async fn opaque(ids: impl IntoIterator<Item = impl Display>) -> Names { Names::new() }

#[read_through(key = "g:{id}", ttl = 60, each(id in ids))]
async fn generic<I: IntoIterator<Item = u64>>(ids: I) -> Names { Names::new() }

#[read_through(key = "h:{id}:{n}", ttl = 60, each(id in ids))]
async fn in_a_pattern((ids, n): (Vec<u64>, u32)) -> Names { Names::new() }

fn main() {}
