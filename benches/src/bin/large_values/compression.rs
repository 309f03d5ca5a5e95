//! What compressing is worth, for values like those of web services.

use std::hint::black_box;
use std::time::{Duration, Instant};

use cache_benches::{Samples, print_table};
use cache_runtime::{Cache, CacheBuilder, Codec, Policy};
use cache_tests::RedisServer;
use fastrand::Rng;
use serde::{Deserialize, Serialize};

const LASTING: Policy = Policy::new(Duration::from_secs(3600));
const ROUNDS: usize = 300;

#[derive(Clone, Serialize, Deserialize)]
struct Order {
    id: u64,
    customer: String,
    email: String,
    status: String,
    lines: Vec<Line>,
    note: Option<String>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Line {
    product: String,
    name: String,
    quantity: u32,
    cents: u64,
}

fn order(rng: &mut Rng) -> Order {
    const NAMES: [&str; 6] =
        ["Ada Lovelace", "Grace Hopper", "Edsger Dijkstra", "Barbara Liskov", "Tony Hoare", "Lynn Conway"];
    const GOODS: [&str; 5] =
        ["a lamp for the desk", "a chair with arms", "paper, ruled", "ink, blue-black", "a shelf of oak"];
    let name = |rng: &mut Rng| NAMES.get(rng.usize(..NAMES.len())).copied().unwrap_or_default().to_owned();
    let line = |rng: &mut Rng| Line {
        product: format!("{:08x}", rng.u32(..)),
        name: GOODS.get(rng.usize(..GOODS.len())).copied().unwrap_or_default().to_owned(),
        quantity: rng.u32(1..10),
        cents: rng.u64(100..100_000),
    };
    Order {
        id: rng.u64(..),
        customer: name(rng),
        email: format!("{:x}@example.com", rng.u64(..)),
        status: if rng.bool() { "shipped".to_owned() } else { "in preparation".to_owned() },
        lines: (0..rng.usize(1..8)).map(|_| line(rng)).collect(),
        note: rng.bool().then(|| "please leave it at the door".to_owned()),
    }
}

/// Times are those of one value, in microseconds.
struct Measured {
    put: f64,
    get: f64,
    bytes: i64,
}

pub(crate) async fn show() {
    let server = RedisServer::start();
    let mut rows = Vec::new();
    for codec in [Codec::Bincode, Codec::Json] {
        for orders in [10, 100, 1000] {
            let mut rng = Rng::with_seed(7);
            let value: Vec<_> = (0..orders).map(|_| order(&mut rng)).collect();
            let plain =
                measure(&server, &value, |builder| builder.default_codec(codec).compress_above(usize::MAX)).await;
            let packed = measure(&server, &value, |builder| builder.default_codec(codec)).await;
            for (name, measured) in [("plain", plain), ("compressed", packed)] {
                rows.push([
                    format!("{orders} orders, {}, {name}", codec.name()),
                    measured.bytes.to_string(),
                    format!("{:.0}", measured.put),
                    format!("{:.0}", measured.get),
                ]);
            }
        }
    }
    print_table("orders of a shop, in this process", ["", "bytes", "put, us", "get, us"], &rows);
}

async fn measure(
    server: &RedisServer,
    value: &Vec<Order>,
    settings: impl Fn(CacheBuilder) -> CacheBuilder,
) -> Measured {
    let near = settings(Cache::builder()).build().unwrap();
    let far = settings(Cache::builder()).url(server.url()).operation_timeout(Duration::from_secs(10)).build().unwrap();
    far.put("orders", value, &LASTING).await.unwrap();
    let bytes = server.command(&["STRLEN", "orders"]).integer();
    let (mut puts, mut gets) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let start = Instant::now();
        near.put("orders", value, &LASTING).await.unwrap();
        puts.push(start.elapsed().as_secs_f64() * 1e6);
        let start = Instant::now();
        let back: Option<Vec<Order>> = near.get("orders").await.unwrap();
        gets.push(start.elapsed().as_secs_f64() * 1e6);
        assert_eq!(black_box(back).unwrap().len(), value.len());
    }
    let median = |times: Vec<f64>| times.into_iter().collect::<Samples>().median();
    Measured { put: median(puts), get: median(gets), bytes }
}
