//! How many requests a second, and how slow the slowest, with and without the cache: a table for the README.
//!
//! `cargo test --release -p user-service --test service load -- --ignored --nocapture`

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::StatusCode;
use tokio::sync::Barrier;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::client::Connection;
use crate::stand::{Fleet, Service};

/// Connections, on each of which one request waits for its answer at a time.
const CLIENTS: usize = 32;
/// Users that are asked for, all of them as often.
const USERS: usize = 1_000;
const WARM_UP: Duration = Duration::from_secs(1);
const MEASURE: Duration = Duration::from_secs(5);
/// The most requests of one client.
const MOST: usize = 500_000;

/// What is compared, and the environment that makes it so.
const WAYS: [(&str, &[(&str, &str)]); 4] = [
    ("no cache", &[("CACHE_BYPASS", "on")]),
    ("Redis", &[]),
    ("Redis, near", &[("CACHE_NEAR", "1m")]),
    ("embedded", &[("REDIS_URL", "memory://")]),
];
const LATENCIES: [(&str, &str); 2] = [("nothing", "0s"), ("5 ms", "5ms")];

/// What came of one way.
#[derive(Default)]
struct Measured {
    /// How long each answer took.
    took: Vec<Duration>,
    /// Those that came from the cache.
    hits: usize,
}

impl Measured {
    fn percentile(&self, percent: usize) -> f64 {
        self.took[(self.took.len() - 1) * percent / 100].as_secs_f64() * 1_000.0
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures for a minute; see the README of the service"]
#[expect(clippy::cast_precision_loss, reason = "nobody reads the 53rd bit")]
async fn load() {
    println!(
        "\n| each query takes longer by | cache | requests/s | p50 | p99 | from the cache |\n|---|---|---:|---:|---:|---:|"
    );
    for (named, latency) in LATENCIES {
        for (way, variables) in WAYS {
            let mut all = vec![("ORIGIN_LATENCY", latency), ("RUST_LOG", "warn")];
            all.extend(variables);
            let fleet = Fleet::start(1, &all);
            measure(&fleet.services[0], WARM_UP).await;
            let measured = measure(&fleet.services[0], MEASURE).await;
            let answers = measured.took.len();
            println!(
                "| {named} | {way} | {:.0} | {:.2} ms | {:.2} ms | {:.1} % |",
                answers as f64 / MEASURE.as_secs_f64(),
                measured.percentile(50),
                measured.percentile(99),
                measured.hits as f64 / answers as f64 * 100.0,
            );
        }
    }
}

/// Lets all clients read at the same time for so long.
async fn measure(service: &Service, time: Duration) -> Measured {
    let ready = Arc::new(Barrier::new(CLIENTS));
    let mut clients: JoinSet<_> =
        (0..CLIENTS).map(|number| read(service.address, number, Arc::clone(&ready), time)).collect();
    let mut all = Measured::default();
    while let Some(client) = clients.join_next().await {
        let client = client.unwrap();
        all.took.extend(client.took);
        all.hits += client.hits;
    }
    all.took.sort_unstable();
    all
}

async fn read(address: SocketAddr, number: usize, ready: Arc<Barrier>, time: Duration) -> Measured {
    let mut connection = Connection::open(address).await.unwrap();
    let mut measured = Measured::default();
    ready.wait().await;
    let end = Instant::now() + time;
    for round in 0..MOST {
        let start = Instant::now();
        if start > end {
            break;
        }
        // Steps that have no divisor in common with the number of users: each client asks for all of them, in its own turn.
        let id = (number * 31 + round * 7) % USERS + 1;
        let answer = connection.get(&format!("/users/{id}")).await.unwrap();
        measured.took.push(start.elapsed());
        assert_eq!(answer.status, StatusCode::OK);
        measured.hits += usize::from(matches!(answer.header("cache"), Some("hit" | "near")));
    }
    measured
}
