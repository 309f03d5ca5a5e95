//! The memory that is really taken, counted by the allocator.

use std::collections::{BTreeMap, HashMap};

use allocation_counter::measure;
use fastrand::Rng;

use super::*;
use crate::value::{Bounds, Unsealed, open, seal};

const CAPACITY: u64 = 16 << 20;

/// Decodes `value` as if the store had it, so that it is weighed as it would be.
fn kept<V: Value>(bench: &Bench, text: &str, tags: &[&str], value: V) {
    let (key, encoding) = (key(text), Encoding { codec: Codec::DEFAULT, version: 0 });
    let meta = Meta::new(LONG, Duration::ZERO, Duration::ZERO);
    let content = Content::Value(Arc::new(value));
    let unsealed = Unsealed { key: key.as_str(), content: &content, meta, tags: &[] };
    let bytes = seal(ValueType::of::<V>(), encoding, Bounds::new(64 << 20, usize::MAX), unsealed).unwrap();
    let opened = open(ValueType::of::<V>(), key.as_str(), &bytes, encoding).unwrap();
    bench.near.keep(&key, bench.watch(text, tags), &opened, bench.terms::<V>(Tick::now().within(LONG)));
}

/// One of many values, small and large.
fn one(bench: &Bench, rng: &mut Rng, number: u64) {
    let text = format!("entry:{}", rng.u64(..1 << 40));
    let length = rng.usize(..if number.is_multiple_of(50) { 50_000 } else { 500 });
    match number % 7 {
        0 => kept(bench, &text, &[], "x".repeat(length)),
        1 => kept(bench, &text, &["a", "b", "c"], number),
        2 => kept(bench, &text.repeat(4), &[], vec![number; length / 8]),
        3 => kept(bench, &text, &["a"], (0..length as u64 / 40).map(|n| (n, n.to_string())).collect::<Vec<_>>()),
        4 => kept(bench, &text, &[], (0..length as u64 / 40).map(|n| (n, n)).collect::<HashMap<_, _>>()),
        5 => kept(bench, &text, &[], small_trees(length as u64 / 200)),
        _ => kept(bench, &text, &[], (0..length as u64 / 40).map(|n| (n, n.to_string())).collect::<BTreeMap<_, _>>()),
    }
}

fn small_trees(trees: u64) -> Vec<BTreeMap<u64, [u64; 4]>> {
    (0..trees).map(|n| BTreeMap::from([(n, [n; 4])])).collect()
}

fn stays_within_its_bound(inserts: u64) {
    let bench = bench(CAPACITY);
    let mut rng = Rng::with_seed(1);
    let taken = measure(|| {
        for number in 0..inserts {
            bench.feed.heard(Tick::now());
            one(&bench, &mut rng, number);
        }
    });
    let (entries, reckoned) = bench.near.size();
    println!("{inserts} inserts: {taken:?}, {entries} entries reckoned at {reckoned} bytes");
    assert!(reckoned > CAPACITY * 9 / 10, "it is not full: {reckoned}");
    assert!(taken.bytes_max < CAPACITY * 11 / 10, "it takes {} bytes", taken.bytes_max);
    assert!(taken.bytes_max > CAPACITY / 2, "it takes only {} bytes", taken.bytes_max);
}

#[test]
fn a_hundred_thousand_inserts_stay_within_the_bound() {
    stays_within_its_bound(100_000);
}

#[test]
#[ignore = "takes minutes"]
fn ten_million_inserts_stay_within_the_bound() {
    stays_within_its_bound(10_000_000);
}
