use crate::stand::{Stand, TTL};
use cache_runtime::Policy;
use std::collections::HashMap;
#[tokio::test]
async fn probe() {
    let stand = Stand::on_redis();
    let policy = Policy::new(TTL);
    let key = |id: &u64| format!("number:{id}");
    let load = async |ids: Vec<u64>| ids.into_iter().map(|id| (id, id * 2)).collect::<HashMap<_, _>>();
    for (i, n) in [1, 10, 100, 512, 1000, 2000].into_iter().enumerate() {
        let base = i as u64 * 100_000;
        let start = tokio::time::Instant::now();
        let singles = (0..n).map(|id| {
            let k = format!("s:{}", base + id);
            let c = stand.cache.clone();
            async move { c.read_through(&k, &policy, || async { Some(id) }).await }
        });
        futures_util::future::join_all(singles).await;
        println!("{n} singles {:?}", start.elapsed());
        let start = tokio::time::Instant::now();
        stand.cache.read_through_many(base..base + n, key, &policy, load).await;
        println!("{n} misses {:?} refused {}", start.elapsed(), stand.cache.stats().refused_fills);
        let start = tokio::time::Instant::now();
        stand.cache.read_through_many(base..base + n, key, &policy, load).await;
        println!("{n} hits {:?}", start.elapsed());
    }
}
