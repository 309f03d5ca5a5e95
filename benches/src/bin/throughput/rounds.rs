//! Taking turns.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use cache_benches::Samples;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::field::{Answer, Contestant};
use crate::values::Keys;

const TURN: Duration = Duration::from_millis(250);

/// What one turn came to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turn {
    /// Calls in a second.
    pub(crate) calls: f64,
    /// Microseconds that a call waits.
    pub(crate) p50: f64,
    pub(crate) p99: f64,
}

/// Lets everybody answer so many tasks at a time. Returns the turns of each contestant, round by round.
pub(crate) async fn in_turns(field: &[Contestant], tasks: usize, keys: Keys, rounds: usize) -> Vec<Vec<Turn>> {
    let mut turns = vec![Vec::new(); field.len()];
    for round in 0..rounds {
        // Another one begins each time: who follows whom must not matter.
        for at in (0..field.len()).map(|turn| (turn + round) % field.len()) {
            turns[at].push(field[at].turn(tasks, keys, TURN).await);
        }
    }
    turns
}

/// Has `answer` answer so many at a time, for so long.
pub(crate) async fn turn(answer: &Answer, tasks: usize, keys: Keys, length: Duration) -> Turn {
    let is_over = Arc::new(AtomicBool::new(false));
    let mut running = JoinSet::new();
    let start = Instant::now();
    for _ in 0..tasks {
        let (answer, is_over) = (Arc::clone(answer), Arc::clone(&is_over));
        running.spawn(async move {
            let mut waits = Vec::new();
            while !is_over.load(Ordering::Relaxed) {
                let asked = Instant::now();
                answer(fastrand::u64(keys.ids())).await;
                waits.push(asked.elapsed());
            }
            waits
        });
    }
    sleep(length).await;
    is_over.store(true, Ordering::Relaxed);
    let waits: Vec<_> = running.join_all().await.into_iter().flatten().collect();
    let took = start.elapsed();
    let calls = f64::from(u32::try_from(waits.len()).unwrap()) / took.as_secs_f64();
    let waits: Samples = waits.iter().map(|wait| wait.as_secs_f64() * 1e6).collect();
    Turn { calls, p50: waits.median(), p99: waits.quantile(0.99) }
}
