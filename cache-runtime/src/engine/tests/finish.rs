//! What is left behind when an engine is told to stop: nothing.

use super::super::InResult;
use super::super::election::election;
use super::*;

impl Bench {
    /// Whether somebody has the right to reload.
    async fn is_elected(&self) -> bool {
        let at = election(&key());
        let query = Query { key: &at, life: false, keep: false, tags: Tags::NONE };
        self.store.inner.get(query, LONG).await.unwrap().bytes.is_some()
    }
}

#[tokio::test(start_paused = true)]
async fn a_reload_that_is_stopped_has_given_its_lease_back_when_the_engine_is_finished() {
    let bench = bench();
    assert_eq!(bench.call_ahead().await, 1);
    tokio::time::advance(TTL / 2).await;
    let origin = Origin::<Result<u32, Error>, u32, InResult, _>::new(std::future::pending, None);
    let request = request(Policy::new(TTL).refresh_ahead(0.5));
    assert_eq!(read_through_owned(&bench.engine, request, Box::new(origin)).await.unwrap(), 1);
    bench.settle().await;
    assert!(bench.is_elected().await);
    bench.engine.finish().await;
    assert!(!bench.is_elected().await);
}
