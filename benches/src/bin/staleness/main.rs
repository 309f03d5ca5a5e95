//! How long after an acknowledged invalidation does another process still serve the old value from its memory?
//!
//! `cargo run --release --bin staleness`
//!
//! Two processes on one Redis. This one has a value near. It changes the origin and asks the other process, which it has
//! started, to invalidate the key. Meanwhile it reads, and notes when each read began, until a read brings the new value. The
//! other one notes when it began to invalidate, and when that was acknowledged. On one machine both read the same clock,
//! `CLOCK_MONOTONIC`.
//!
//! What is shown, in microseconds: from each of those moments to the beginning of the last read that brought the old value.
//! Zero says that no such read has begun after it. Who reads in a tight loop takes the processor from those who bring the
//! news, on a machine of few cores; beside that stands a reader that pauses after each read.
#![expect(clippy::unwrap_used, reason = "a bench reports as a test does")]

mod clock;
mod invalidator;
mod reader;

use std::env;

use cache_benches::{Samples, print_table};
use cache_tests::RedisServer;

use crate::invalidator::Invalidator;
use crate::reader::{Pace, Reader, Round};

const ROUNDS: usize = 3_000;

#[tokio::main(worker_threads = 2)]
async fn main() {
    if let Some(url) = env::args().nth(1) {
        return invalidator::obey(&url).await;
    }
    let server = RedisServer::start();
    let mut invalidator = Invalidator::start(&server.url());
    let reader = Reader::new(&server.url());
    for pace in [Pace::Tight, Pace::Pausing] {
        let mut rounds = Vec::with_capacity(ROUNDS);
        for _ in 0..ROUNDS {
            rounds.push(reader.round(&mut invalidator, pace).await);
        }
        let rows = [
            row("since the invalidation was acknowledged", rounds.iter().map(Round::since_the_acknowledgement)),
            row("since it began", rounds.iter().map(Round::since_the_beginning)),
        ];
        let head = ["", "rounds above 0", "p50", "p99", "p99.9", "max"];
        print_table(&format!("old values, microseconds, {ROUNDS} rounds, {pace}"), head, &rows);
    }
}

fn row(name: &str, times: impl Iterator<Item = f64>) -> [String; 6] {
    let times: Vec<_> = times.collect();
    let some = times.iter().filter(|time| **time > 0.0).count();
    let samples: Samples = times.into_iter().collect();
    let [p50, p99, p999, max] = [0.5, 0.99, 0.999, 1.0].map(|part| format!("{:.1}", samples.quantile(part)));
    [name.to_owned(), some.to_string(), p50, p99, p999, max]
}
