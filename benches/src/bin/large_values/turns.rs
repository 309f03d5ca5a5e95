//! Small reads, alone and beside large ones, in turns.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use cache_benches::{Samples, print_table};
use cache_runtime::{Cache, Policy};
use cache_tests::RedisServer;
use tokio::time::sleep;

const TURNS: usize = 8;
const TURN: Duration = Duration::from_secs(2);
const READERS: usize = 8;
const KEYS: usize = 100;
const SMALL: usize = 36;
const LARGE: usize = 50_000_000;
const LASTING: Policy = Policy::new(Duration::from_secs(3600));

/// One turn.
struct Turn {
    small: Samples,
    /// How many large values were read beside.
    large: u64,
}

pub(crate) async fn show() {
    let server = RedisServer::start();
    let cache = cache(&server.url()).await;
    let mut turns = Vec::with_capacity(TURNS);
    for _ in 0..TURNS {
        turns.push([turn(&cache, false).await, turn(&cache, true).await]);
    }
    let rows = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999)].map(|(name, part)| {
        let of = |loud: usize| -> Samples {
            turns.iter().filter_map(|pair| pair.get(loud)).map(|turn| turn.small.quantile(part)).collect()
        };
        let ratios: Samples =
            turns.iter().map(|[quiet, loud]| loud.small.quantile(part) / quiet.small.quantile(part)).collect();
        let [least, median, most] = [0.0, 0.5, 1.0].map(|part| format!("{:.2}", ratios.quantile(part)));
        [name.to_owned(), format!("{:.0}", of(0).median()), format!("{:.0}", of(1).median()), median, least, most]
    });
    let large: u64 = turns.iter().map(|[_, loud]| loud.large).sum();
    let title = format!(
        "small reads, microseconds, {TURNS} turns of {TURN:?} each; {large} large reads of {} MB beside them",
        LARGE / 1_000_000
    );
    print_table(&title, ["", "alone", "beside", "factor", "least", "most"], &rows);
}

async fn cache(url: &str) -> Cache {
    let cache = Cache::builder()
        .url(url)
        .operation_timeout(Duration::from_secs(30))
        .max_value_bytes(64 << 20)
        .compress_above(usize::MAX)
        .build()
        .unwrap();
    cache.put("large", &"x".repeat(LARGE), &LASTING).await.unwrap();
    for key in 0..KEYS {
        cache.put(&format!("small:{key}"), &"x".repeat(SMALL), &LASTING).await.unwrap();
    }
    cache
}

async fn turn(cache: &Cache, is_loud: bool) -> Turn {
    let is_over = Arc::new(AtomicBool::new(false));
    let large = Arc::new(AtomicU64::new(0));
    let loud = is_loud.then(|| {
        let (cache, is_over, large) = (cache.clone(), Arc::clone(&is_over), Arc::clone(&large));
        tokio::spawn(async move {
            while !is_over.load(Ordering::Relaxed) {
                let value: Option<String> = cache.get("large").await.unwrap();
                assert_eq!(value.unwrap().len(), LARGE);
                large.fetch_add(1, Ordering::Relaxed);
            }
        })
    });
    let readers: Vec<_> = (0..READERS)
        .map(|reader| {
            let (cache, is_over) = (cache.clone(), Arc::clone(&is_over));
            tokio::spawn(async move {
                let keys: Vec<_> = (0..KEYS).map(|key| format!("small:{key}")).collect();
                let mut times = Vec::new();
                for key in keys.iter().cycle().skip(reader) {
                    if is_over.load(Ordering::Relaxed) {
                        break;
                    }
                    let start = Instant::now();
                    let value: Option<String> = cache.get(key.as_str()).await.unwrap();
                    times.push(start.elapsed().as_secs_f64() * 1e6);
                    assert_eq!(black_box(value).unwrap().len(), SMALL);
                }
                times
            })
        })
        .collect();
    sleep(TURN).await;
    is_over.store(true, Ordering::Relaxed);
    let mut all = Vec::new();
    for reader in readers {
        all.extend(reader.await.unwrap());
    }
    if let Some(loud) = loud {
        loud.await.unwrap();
    }
    Turn { small: all.into_iter().collect(), large: large.load(Ordering::Relaxed) }
}
