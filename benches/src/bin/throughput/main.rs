//! How many hits on Redis a process answers in a second, beside others that do the same: redis-rs by hand (`GET` and bincode
//! on one multiplexed connection), which is the yardstick, `cached`, and, where there is one, a Python with redis-py and the
//! decorator that is usually written by hand there.
//!
//! `cargo run --release --bin throughput`
//!
//! Everybody asks the same server for as many keys in the same process, on two worker threads, taking turns of a quarter of
//! a second; only Python is a process of its own, with one thread. A ratio is that of two turns of one round; what is shown is the median of all rounds, and in brackets what a
//! tenth of them fall below and above. Waits are those of single calls.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a bench reports as a test does")]

mod field;
mod python;
mod rounds;
mod values;

use std::env;

use cache_benches::{Samples, print_table};
use cache_runtime::Cache;
use cache_tests::RedisServer;
use tokio::runtime::Builder;

use crate::field::{Contestant, field};
use crate::rounds::{Turn, in_turns};
use crate::values::Keys;

const TASKS: [usize; 5] = [1, 4, 16, 256, 1024];

fn main() {
    let server = RedisServer::start();
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let rounds = env::args().nth(1).map_or(21, |rounds| rounds.parse().unwrap());
    runtime.block_on(async {
        let cache = Cache::builder().url(server.url()).build().unwrap();
        cache_runtime::init(cache).unwrap();
        let field = field(&server).await;
        println!("median of {rounds} rounds");
        for keys in [Keys::SMALL, Keys::LARGE] {
            for contestant in &field {
                contestant.warm(keys).await;
            }
            for tasks in TASKS {
                let turns = in_turns(&field, tasks, keys, rounds).await;
                print(&format!("{}, {tasks} task(s)", keys.named()), &field, &turns);
            }
        }
    });
    let stats = cache_runtime::global().stats();
    println!("\n{} hits, {} misses, {} failed open", stats.hits, stats.misses, stats.failed_open);
}

fn print(title: &str, field: &[Contestant], turns: &[Vec<Turn>]) {
    let rows: Vec<_> = field.iter().zip(turns).map(|(contestant, own)| row(contestant.name, own, &turns[0])).collect();
    print_table(title, ["", "calls/s", "ratio", "", "p50 us", "p99 us", "ratio of p99", ""], &rows);
}

fn row(name: &str, own: &[Turn], yardstick: &[Turn]) -> [String; 8] {
    let of = |measure: fn(&Turn) -> f64| own.iter().map(measure).collect::<Samples>();
    let ratios = |measure: fn(&Turn) -> f64| {
        own.iter().zip(yardstick).map(|(own, yardstick)| measure(own) / measure(yardstick)).collect::<Samples>()
    };
    let (speed, tail) = (ratios(|turn| turn.calls), ratios(|turn| turn.p99));
    [
        name.to_owned(),
        format!("{:.0}", of(|turn| turn.calls).median()),
        format!("{:.2}", speed.median()),
        spread(&speed),
        format!("{:.0}", of(|turn| turn.p50).median()),
        format!("{:.0}", of(|turn| turn.p99).median()),
        format!("{:.2}", tail.median()),
        spread(&tail),
    ]
}

fn spread(samples: &Samples) -> String {
    format!("({:.2}..{:.2})", samples.quantile(0.1), samples.quantile(0.9))
}
