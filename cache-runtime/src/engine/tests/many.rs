//! Calls for many keys.

use std::collections::HashMap;
use std::future::pending;

use crate::engine::{Asked, OriginMany, read_through_many, told_apart};

use super::*;

type Rows = Result<HashMap<usize, u32>, u8>;

fn request_for(number: usize) -> Request {
    Request { key: Key::new("", &format!("entry:{number}")), ..request(Policy::new(TTL)) }
}

impl Bench {
    /// A call for so many keys, none of which is stored.
    async fn call_for<F: Future<Output = Rows> + Send>(
        &self,
        count: usize,
        load: impl Fn() -> F + Send + Sync,
    ) -> Rows {
        let (requests, ids) = ((0..count).map(request_for).collect(), (0..count).collect::<Vec<_>>());
        let places = told_apart(ids.iter());
        let asked = Asked::new(ids, places, vec![None; count], requests);
        let origin = OriginMany::<_, Rows, _>::new(|_ids: Vec<usize>| load(), None);
        read_through_many(&self.engine, asked, &origin).await
    }

    /// How many of so many keys somebody has a lease of.
    async fn leases(&self, count: usize) -> usize {
        let mut leases = 0;
        for number in 0..count {
            let key = request_for(number).key;
            let query = Query { key: &key, life: false, keep: false, tags: Tags::NONE };
            leases += usize::from(self.store.inner.get(query, LONG).await.unwrap().bytes.is_some());
        }
        leases
    }
}

const MANY: usize = 5_000;

fn ample() -> Bench {
    let bench = bench();
    for gate in [&bench.store.answers, &bench.store.elections] {
        gate.let_pass(2 * MANY);
    }
    bench
}

#[tokio::test(start_paused = true)]
async fn all_leases_of_a_call_that_is_dropped_are_given_back() {
    let bench = ample();
    let mut call = Box::pin(bench.call_for(MANY, pending));
    as_far_as_it_goes!(&mut call);
    assert_eq!(bench.leases(MANY).await, MANY);
    drop(call);
    bench.engine.finish().await;
    assert_eq!(bench.leases(MANY).await, 0);
}

#[tokio::test(start_paused = true)]
async fn so_are_those_of_a_load_that_failed() {
    let bench = ample();
    assert_eq!(bench.call_for(MANY, async || Err(7)).await, Err(7));
    assert_eq!(bench.leases(MANY).await, MANY);
    bench.engine.finish().await;
    assert_eq!(bench.leases(MANY).await, 0);
}

#[tokio::test(start_paused = true)]
async fn a_key_that_is_not_answered_in_time_keeps_no_other_from_being_stored() {
    let Bench { store, .. } = bench();
    let engine = engine(Arc::clone(&store) as Arc<dyn Store>, Duration::from_millis(100));
    let call = async || {
        let ids = vec!["a", UNANSWERED, "b"];
        let (places, all) = (told_apart(ids.iter()), vec![None; ids.len()]);
        let of = |id: &&str| Request { key: Key::new("", id), ..request(Policy::new(TTL)) };
        let requests = ids.iter().map(of).collect();
        let load = async |ids: Vec<&'static str>| ids.into_iter().zip(0_u32..).collect::<HashMap<_, _>>();
        read_through_many(&engine, Asked::new(ids, places, all, requests), &OriginMany::new(load, None)).await
    };
    assert_eq!(call().await, HashMap::from([("a", 0), (UNANSWERED, 1), ("b", 2)]));
    assert_eq!(call().await, HashMap::from([("a", 0), (UNANSWERED, 0), ("b", 2)]));
}
