//! What is kept, and for how long.

use cache_tests::RedisServer;

use crate::stand::{cache, read, warm};

#[tokio::test]
async fn a_value_that_is_kept_is_served_without_asking_redis() {
    let server = RedisServer::start();
    let cache = cache(&server);
    warm(&cache, "a", 1).await;
    let before = cache.stats();
    for _ in 0..100 {
        assert_eq!(read(&cache, "a", 2).await, 1);
    }
    let after = cache.stats();
    assert_eq!((after.near_hits - before.near_hits, after.hits - before.hits, after.loads), (100, 0, 1));
    assert_eq!(after.near_entries, 1);
}
