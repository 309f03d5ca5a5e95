//! What the windows are for: loads per expiry, and the longest that a caller waits. Run with `--nocapture` to see the table.
//!
//! In memory, on a clock of its own, so that the figures are exact.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use cache_runtime::{Cache, read_through, with_cache};
use futures_util::future::join_all;
use tokio::time::{Instant, sleep};

const LOAD: Duration = Duration::from_millis(100);
/// Five ttls.
const RUN: Duration = Duration::from_secs(300);

#[derive(Clone, Default)]
struct Origin(Arc<AtomicUsize>);

impl Origin {
    async fn load(&self) -> usize {
        sleep(LOAD).await;
        self.0.fetch_add(1, Ordering::SeqCst)
    }
}

#[read_through(key = "entry", ttl = 60, skip(origin))]
async fn nothing(origin: Origin) -> usize {
    origin.load().await
}

#[read_through(key = "entry", ttl = 60, refresh_ahead = 0.8, skip(origin))]
async fn ahead(origin: Origin) -> usize {
    origin.load().await
}

#[read_through(key = "entry", ttl = 60, stale_while_revalidate = 30, skip(origin))]
async fn stale(origin: Origin) -> usize {
    origin.load().await
}

/// What one run came to.
struct Figures {
    loads: usize,
    /// Of any call but the first ones, which find nothing.
    worst: Duration,
}

/// So many tasks call every 100 ms each, one after the other, for the time of the run.
async fn run<F: Future<Output = usize> + Send>(tasks: u32, call: impl Fn(Origin) -> F + Copy + Send + Sync) -> Figures {
    let (cache, origin) = (Cache::builder().build().unwrap(), Origin::default());
    with_cache(cache.clone(), call(origin.clone())).await;
    let (end, pause) = (Instant::now() + RUN, Duration::from_millis(100));
    let calls = (0..tasks).map(|task| {
        let (cache, origin) = (cache.clone(), origin.clone());
        async move {
            let mut worst = Duration::ZERO;
            sleep(pause * task / tasks).await;
            while Instant::now() < end {
                let start = Instant::now();
                with_cache(cache.clone(), call(origin.clone())).await;
                worst = worst.max(start.elapsed());
                sleep(pause).await;
            }
            worst
        }
    });
    let worst = join_all(calls).await.into_iter().max().unwrap();
    Figures { loads: origin.0.load(Ordering::SeqCst), worst }
}

#[tokio::test(start_paused = true)]
async fn no_caller_waits_for_a_reload_and_no_expiry_costs_more_than_one_load() {
    println!("tasks  policy                  loads  worst wait");
    for tasks in [1, 10, 100] {
        let figures = [
            ("nothing", run(tasks, nothing).await, LOAD),
            ("refresh_ahead", run(tasks, ahead).await, Duration::ZERO),
            ("stale_while_revalidate", run(tasks, stale).await, Duration::ZERO),
        ];
        for (policy, Figures { loads, worst }, promised) in figures {
            println!("{tasks:5}  {policy:22}  {loads:5}  {worst:?}");
            assert_eq!(worst, promised, "{policy}, {tasks} tasks");
            // Five ttls of 60 s are six of 48 s, and there is the first load.
            assert!((5..=8).contains(&loads), "{policy}, {tasks} tasks: {loads} loads");
        }
    }
}
