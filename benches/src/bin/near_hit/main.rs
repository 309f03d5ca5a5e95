//! What a near hit costs, beside caches that are in the process and know nothing of Redis: nanoseconds for one hit, and the
//! ratio to a bare `quick_cache` whose key is formatted by `format!`.
//!
//! `cargo run --release --bin near_hit`
//!
//! Everybody answers the same calls in the same process, taking turns of about a millisecond: whatever else the machine does
//! then hits all alike. A ratio is that of two turns of one round; what is shown is the median of all rounds, and in brackets
//! what a tenth of them fall below and above. Ten thousand keys cost whoever keeps them their way through memory; a hundred
//! show what is left of a hit without it.
//!
//! Who can has a ttl of ten minutes and a bound, as an annotated function has. Functions of `cached` have numbers as keys,
//! which is their default; all others format a text.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a bench reports as a test does")]

mod field;
mod rounds;
mod values;

use std::time::Duration;

use cache_benches::{Samples, print_table};
use cache_runtime::Cache;
use cache_tests::RedisServer;
use tokio::runtime::{Builder, Runtime};

use crate::field::{Contestant, field};
use crate::rounds::{ROUNDS, in_turns};
use crate::values::Keys;

const TTL: Duration = Duration::from_secs(600);
/// Twice what the values take: nothing is evicted.
const NEAR_CAPACITY: u64 = 256 << 20;

fn main() {
    let server = RedisServer::start();
    // Its one worker has the connections; hits are on threads of their own.
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    cache_runtime::init(near_cache(&server)).unwrap();
    let field = field();
    println!("median of {ROUNDS} rounds");
    for keys in [Keys::SMALL, Keys::LARGE, Keys::HOT] {
        warm(&runtime, &field, keys);
        for threads in [1, 2] {
            let before = cache_runtime::global().stats().near_hits;
            let times = in_turns(&runtime, &field, threads, keys);
            let hits = cache_runtime::global().stats().near_hits - before;
            assert!(hits >= rounds::calls(threads) / 100 * 99, "only {hits} calls were near hits");
            print(&format!("{}, {threads} thread(s)", keys.named()), &field, &times);
        }
    }
}

fn near_cache(server: &RedisServer) -> Cache {
    let builder = Cache::builder().url(server.url()).near_capacity(NEAR_CAPACITY);
    builder.operation_timeout(Duration::from_secs(2)).build().unwrap()
}

/// Lets everybody have every value in the process.
fn warm(runtime: &Runtime, field: &[Contestant], keys: Keys) {
    let ids: Vec<_> = keys.ids().collect();
    for contestant in field {
        contestant.run(runtime, &ids);
    }
    // What was loaded is kept when it is read next.
    for _ in 0..100 {
        let before = cache_runtime::global().stats().near_hits;
        field[field::OURS].run(runtime, &ids);
        if cache_runtime::global().stats().near_hits - before == ids.len() as u64 {
            return;
        }
    }
    panic!("not all values are kept in the process: {:?}", cache_runtime::global().stats());
}

fn print(title: &str, field: &[Contestant], times: &[Vec<f64>]) {
    let bare = &times[field::BARE];
    let rows: Vec<_> = field.iter().zip(times).map(|(contestant, own)| row(contestant.name, own, bare)).collect();
    print_table(title, ["", "ns", "", "ratio", ""], &rows);
}

fn row(name: &str, own: &[f64], bare: &[f64]) -> [String; 5] {
    let times: Samples = own.iter().copied().collect();
    let ratios: Samples = own.iter().zip(bare).map(|(own, bare)| own / bare).collect();
    [
        name.to_owned(),
        format!("{:.0}", times.median()),
        format!("({:.0}..{:.0})", times.quantile(0.1), times.quantile(0.9)),
        format!("{:.2}", ratios.median()),
        format!("({:.2}..{:.2})", ratios.quantile(0.1), ratios.quantile(0.9)),
    ]
}
