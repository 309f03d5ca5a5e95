//! Everything at once, and no old value after an acknowledged invalidation.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use cache_runtime::{Cache, Policy};
use cache_tests::RedisServer;
use futures_util::future::join_all;
use tokio::time::{Instant, sleep, timeout};

use crate::stand::Sick;

const RUN: Duration = Duration::from_secs(3);
const KEYS: usize = 4;
const MS: Duration = Duration::from_millis(1);

/// Short enough that an entry passes through all of it many times.
const PATIENT: Policy = Policy::new(Duration::from_millis(15))
    .stale_if_error(Duration::from_millis(40))
    .soft_timeout(Duration::from_millis(2));
const AT_ONCE: Policy = PATIENT.stale_while_revalidate(Duration::from_millis(15)).refresh_ahead(0.5);

/// One row of a database, and what every reader must see at least.
#[derive(Default)]
struct Row {
    value: AtomicU64,
    floor: AtomicU64,
}

/// Reads, slowly, and fails now and then.
async fn load(row: Arc<Row>) -> Result<u64, Sick> {
    let value = row.value.load(Ordering::SeqCst);
    sleep(MS * fastrand::u32(0..6)).await;
    if fastrand::u8(..5) == 0 { Err(Sick) } else { Ok(value) }
}

async fn read(cache: &Cache, key: usize, row: &Arc<Row>) {
    let floor = row.floor.load(Ordering::SeqCst);
    let policy = if key.is_multiple_of(2) { &PATIENT } else { &AT_ONCE };
    let (theirs, key) = (Arc::clone(row), cache.key(&format!("row:{key}")));
    let call = cache.read_through_owned(&key, policy, move || load(theirs));
    // Some callers go away in the middle.
    let patience = if fastrand::u8(..4) == 0 { MS * fastrand::u32(0..4) } else { RUN };
    if let Ok(Ok(value)) = timeout(patience, call).await {
        assert!(value >= floor, "{value} was served after {floor} had been made known");
    }
}

async fn write(cache: &Cache, key: usize, row: &Arc<Row>) {
    let value = row.value.fetch_add(1, Ordering::SeqCst) + 1;
    cache.invalidate(&*format!("row:{key}")).await.unwrap();
    row.floor.fetch_max(value, Ordering::SeqCst);
}

async fn stress(url: &str) {
    let builder = Cache::builder().url(url).operation_timeout(RUN * 10).backoff(MS * 10);
    let cache = builder.build().unwrap();
    let rows: Vec<_> = (0..KEYS).map(|_| Arc::new(Row::default())).collect();
    let end = Instant::now() + RUN;
    let tasks = (0..24).map(|_| {
        let (cache, rows) = (cache.clone(), rows.clone());
        tokio::spawn(async move {
            while Instant::now() < end {
                let key = fastrand::usize(..KEYS);
                match fastrand::u8(..40) {
                    0 => write(&cache, key, &rows[key]).await,
                    1 => sleep(MS * fastrand::u32(0..60)).await,
                    _ => read(&cache, key, &rows[key]).await,
                }
            }
        })
    });
    for task in join_all(tasks.collect::<Vec<_>>()).await {
        task.unwrap();
    }
    let stats = cache.stats();
    println!("{stats:?}");
    for (what, count) in [
        ("hit", stats.hits),
        ("stale hit", stats.stale_hits),
        ("stale answer to a slow load", stats.stale_if_slow),
        ("reload", stats.reloads),
        ("refused fill", stats.refused_fills),
    ] {
        assert!(count > 0, "not a single {what}: {stats:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_reader_sees_less_than_was_made_known_in_memory() {
    stress("memory://").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_reader_sees_less_than_was_made_known_on_redis() {
    stress(&RedisServer::start().url()).await;
}
