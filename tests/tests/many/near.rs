//! Entries that are kept in the process.

use std::time::Duration;

use cache_runtime::{Cache, Policy};
use cache_tests::{RedisServer, eventually};

use crate::stand::{PATIENCE, TTL};

const POLICY: Policy = Policy::new(TTL);

fn near(server: &RedisServer) -> Cache {
    let builder = Cache::builder().url(server.url()).operation_timeout(PATIENCE).near(Duration::from_secs(30));
    builder.build().unwrap()
}

/// One call for three ids; what it loads comes from `load`.
async fn names(cache: &Cache, load: &'static str) -> Vec<Option<String>> {
    let key = |id: &u64| format!("user:{id}");
    let load = async |ids: Vec<u64>| ids.iter().map(|id| Some(format!("{load} {id}"))).collect();
    cache.read_through_many([1, 2, 3], key, &POLICY, load).await
}

fn expected(of: [&str; 3]) -> Vec<Option<String>> {
    (1..).zip(of).map(|(id, of)| Some(format!("{of} {id}"))).collect()
}

#[tokio::test]
async fn what_is_kept_is_not_asked_for_and_what_is_invalidated_elsewhere_is_loaded_alone() {
    let server = RedisServer::start();
    let (cache, other) = (near(&server), near(&server));
    assert_eq!(names(&cache, "first").await, expected(["first"; 3]));
    eventually(PATIENCE, "all are kept", async || {
        let before = cache.stats().near_hits;
        assert_eq!(names(&cache, "never").await, expected(["first"; 3]));
        cache.stats().near_hits == before + 3
    })
    .await;
    other.invalidate("user:2").await.unwrap();
    eventually(PATIENCE, "one is told of", async || {
        let names = names(&cache, "second").await;
        assert!(names == expected(["first"; 3]) || names == expected(["first", "second", "first"]), "{names:?}");
        names == expected(["first", "second", "first"])
    })
    .await;
    let gone: Result<(), _> = cache.invalidate_many(["user:1", "user:3"]).await.into_iter().collect();
    gone.unwrap();
    assert_eq!(names(&cache, "third").await, expected(["third", "second", "third"]), "own changes are not waited for");
}
