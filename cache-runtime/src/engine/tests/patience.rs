//! A caller that has an old value at hand.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::time::timeout;

use super::{LONG, TTL, bench, key, request};
use crate::engine::{InResult, Origin, read_through_owned};
use crate::error::Error;
use crate::policy::Policy;
use crate::store::Store;

#[tokio::test(start_paused = true)]
async fn a_leader_that_is_left_lying_in_its_election_is_passed_over() {
    let bench = bench();
    let call = || {
        let (engine, loads) = (Arc::clone(&bench.engine), Arc::clone(&bench.loads));
        let load = async move || Ok(loads.fetch_add(1, Ordering::SeqCst) + 1);
        let origin = Origin::<Result<u32, Error>, u32, InResult, _>::new(load, None);
        let policy = Policy::new(TTL).stale_if_error(TTL).soft_timeout(Duration::from_millis(50));
        async move { read_through_owned(&engine, request(policy), Box::new(origin)).await.unwrap() }
    };
    assert_eq!(call().await, 1);
    tokio::time::advance(TTL + Duration::from_secs(1)).await;
    bench.store.elections.close();
    let mut held = Box::pin(call());
    as_far_as_it_goes!(&mut held);
    bench.store.inner.remove(&key(), LONG).await.unwrap();
    let mut follower = Box::pin(call());
    as_far_as_it_goes!(&mut follower);
    bench.store.elections.let_pass(100);
    assert_eq!(timeout(LONG, follower).await.expect("it does not wait for ever"), 2);
    drop(held);
}
