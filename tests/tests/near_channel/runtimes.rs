//! Each tokio runtime hears for itself, and what it has read ends with it.

use std::sync::mpsc;
use std::thread;

use cache_runtime::Coherence;
use tokio::runtime::Builder;

use crate::stand::{cache, is_near, old_server, read, sees, warm};

#[test]
fn one_runtime_after_the_other_and_two_at_a_time() {
    let server = old_server();
    let (cache, other) = (cache(&server), cache(&server));
    let runtime = || Builder::new_current_thread().enable_all().build().unwrap();
    let first = runtime();
    first.block_on(warm(&cache, "a", 1));

    let (order, orders) = mpsc::channel::<()>();
    let (done, is_done) = mpsc::channel();
    let second = thread::spawn({
        let (cache, runtime) = (cache.clone(), runtime());
        move || {
            runtime.block_on(warm(&cache, "b", 1));
            done.send(()).unwrap();
            orders.recv().unwrap();
            runtime.block_on(async {
                assert_eq!(cache.stats().coherence, Coherence::Channel);
                sees(&cache, "b", 2, "what another process has changed").await;
                warm(&cache, "b", 2).await;
            });
        }
    });
    is_done.recv().unwrap();
    assert_eq!(server.command(&["PUBSUB", "NUMSUB", "shop:%~near"]), numsub(2));
    drop(first);
    // What was read on the first one is not believed any more, and is read again.
    let third = runtime();
    third.block_on(async {
        server.command(&["DEL", "shop:a"]);
        assert!(!is_near(&cache, "a").await);
        assert_eq!(read(&cache, "a", 7).await, 0, "loaded by the read before");
        other.invalidate("b").await.unwrap();
    });
    order.send(()).unwrap();
    second.join().unwrap();
}

fn numsub(count: i64) -> cache_tests::Reply {
    use cache_tests::Reply;
    Reply::Array(vec![Reply::Bulk(b"shop:%~near".to_vec()), Reply::Integer(count)])
}
