use std::collections::HashMap;

use cache_runtime::read_through;

type Names = HashMap<u64, String>;

#[read_through(key = "a:{id}", ttl = 60, each)]
async fn alone(ids: &[u64]) -> Names { Names::new() }

#[read_through(key = "b:{id}", ttl = 60, each = ids)]
async fn value(ids: &[u64]) -> Names { Names::new() }

#[read_through(key = "c:{id}", ttl = 60, each())]
async fn nothing(ids: &[u64]) -> Names { Names::new() }

#[read_through(key = "d:{id}", ttl = 60, each(ids))]
async fn list_alone(ids: &[u64]) -> Names { Names::new() }

#[read_through(key = "e:{id}", ttl = 60, each(id of ids))]
async fn another_word(ids: &[u64]) -> Names { Names::new() }

#[read_through(key = "f:{a}:{b}", ttl = 60, each((a, b) in pairs))]
async fn pattern(pairs: &[(u64, u64)]) -> Names { Names::new() }

#[read_through(key = "g:{id}", ttl = 60, each(id in 7))]
async fn number(ids: &[u64]) -> Names { Names::new() }

#[read_through(key = "h:{id}", ttl = 60, each(id in ids, other))]
async fn more(ids: &[u64]) -> Names { Names::new() }

#[read_through(key = "i:{id}", ttl = 60, each(id in ids), each(other in ids))]
async fn twice(ids: &[u64]) -> Names { Names::new() }

#[read_through(key = "j:{id}", ttl = 60, eech(id in ids))]
async fn misspelt(ids: &[u64]) -> Names { Names::new() }

fn main() {}
