use std::collections::HashMap;

use cache_runtime::read_through;

type Names = HashMap<u64, String>;

#[read_through(key = "a:{tenant}", ttl = 60, each(id in ids))]
async fn without_the_element(tenant: u32, ids: &[u64]) -> Names { Names::new() }

#[read_through(key = "b:{ids:?}", ttl = 60, each(id in ids))]
async fn all_of_them(ids: &[u64]) -> Names { Names::new() }

#[read_through(key = "c:{id}", ttl = 60, tags = ["all:{ids:?}"], each(id in ids))]
async fn all_of_them_in_a_tag(ids: &[u64]) -> Names { Names::new() }

#[read_through(key = "d:{idd}", ttl = 60, each(id in ids))]
async fn misspelt(ids: &[u64]) -> Names { Names::new() }

#[read_through(key = "e:{id}", ttl = 60, each(id in ids))]
async fn forgotten(tenant: u32, ids: &[u64]) -> Names { Names::new() }

#[read_through(key = "f:{id.1}", ttl = 60, each(id in ids))]
async fn no_such_field(ids: &[(u64,)]) -> Vec<Option<u64>> { Vec::new() }

fn main() {}
