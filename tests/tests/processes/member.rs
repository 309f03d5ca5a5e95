//! One process of a fleet: this very test program, started once more.
//!
//! It is an ignored test, because cargo builds no other program for a single test target that could use what tests use.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use std::{env, thread};

use cache_runtime::{Cache, read_through, with_cache};
use futures_util::future::join_all;
use tokio::sync::{mpsc, oneshot};

use crate::keeper::Keeper;
use crate::messages::{Order, Report};

/// Under this name a member is told where Redis is. Whoever runs ignored tests by hand does not say, and nothing happens.
const URL: &str = "CACHE_TESTS_FLEET_URL";
/// No machine is so slow that a member would go on without Redis.
const PATIENCE: Duration = Duration::from_secs(20);

/// The name of what [`entry`] stores.
pub(crate) const KEY: &str = "cold";

#[read_through(key = "cold", ttl = 60, skip(origin))]
async fn entry(origin: Arc<Origin>) -> u64 {
    origin.load().await
}

/// An origin that is in the hands of the test.
#[derive(Default)]
struct Origin {
    asked: AtomicUsize,
    waiting: Mutex<HashMap<usize, oneshot::Sender<u64>>>,
}

impl Origin {
    async fn load(&self) -> u64 {
        let load = self.asked.fetch_add(1, Ordering::SeqCst);
        let (answer, answered) = oneshot::channel();
        self.waiting.lock().unwrap().insert(load, answer);
        say(&Report::Loading { load });
        answered.await.unwrap()
    }

    fn answer(&self, load: usize, value: u64) {
        let waiting = self.waiting.lock().unwrap().remove(&load).unwrap();
        // Whoever asked may have gone away.
        let _ = waiting.send(value);
    }
}

/// The command that starts a member.
pub(crate) fn command(url: &str) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--ignored", "--exact", "--nocapture", "member::member"]);
    command.env(URL, url).stdin(Stdio::piped()).stdout(Stdio::piped());
    command
}

#[test]
#[ignore = "started by the other tests, as a process of their fleets"]
fn member() {
    let Some(url) = env::var_os(URL) else { return };
    let cache = Cache::builder().url(url.to_str().unwrap()).operation_timeout(PATIENCE).build().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(obey(cache));
}

/// Follows orders until the test, or its process, is gone.
async fn obey(cache: Cache) {
    let mut orders = orders();
    let (origin, keeper) = (Arc::new(Origin::default()), Keeper::new(&cache));
    cache.ping().await.unwrap();
    say(&Report::Ready);
    while let Some(order) = orders.recv().await {
        match order {
            Order::Call { call, tasks } => {
                let callers = (0..tasks).map(|_| with_cache(cache.clone(), entry(Arc::clone(&origin))));
                let callers: Vec<_> = callers.map(tokio::spawn).collect();
                tokio::spawn(async move {
                    let mut values = BTreeMap::new();
                    for answer in join_all(callers).await {
                        *values.entry(answer.unwrap()).or_default() += 1;
                    }
                    say(&Report::Answered { call, values });
                });
            }
            Order::Answer { load, value } => origin.answer(load, value),
            Order::Keep(order) => say(&Report::Kept(keeper.obey(order).await)),
            Order::Count => {
                let stats = cache.stats();
                say(&Report::Counted { refused_fills: stats.refused_fills, misses: stats.misses });
            }
        }
    }
}

fn orders() -> mpsc::UnboundedReceiver<Order> {
    let (sender, orders) = mpsc::unbounded_channel();
    thread::spawn(move || {
        for line in io::stdin().lines().map_while(Result::ok) {
            let _ = sender.send(serde_json::from_str(&line).unwrap());
        }
    });
    orders
}

fn say(report: &Report) {
    // On a line of its own, whatever the test harness has written before.
    let line = format!("\n{}\n", serde_json::to_string(report).unwrap());
    // A test that does not listen any more has ended, and so does its fleet.
    let _ = io::stdout().lock().write_all(line.as_bytes());
}
