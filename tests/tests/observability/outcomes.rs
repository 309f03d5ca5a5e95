//! Where the answers of a task came from.

use std::time::Duration;

use cache_runtime::{Outcome, bypass, observed, with_cache};
use cache_tests::{RedisServer, eventually};

use crate::functions::{Source, builder, kept, many, maybe, memory, near, plain, windows};

const SOON: Duration = Duration::from_secs(20);

async fn worst<T>(call: impl Future<Output = T>) -> Option<Outcome> {
    observed(call).await.1.worst()
}

#[tokio::test(start_paused = true)]
async fn each_answer_says_where_it_came_from() {
    let source = Source::default();
    with_cache(memory(), async {
        assert_eq!(worst(async {}).await, None);
        assert_eq!(worst(plain(&source, "a")).await, Some(Outcome::Miss));
        assert_eq!(worst(plain(&source, "a")).await, Some(Outcome::Hit));
        assert_eq!(worst(bypass(plain(&source, "a"))).await, Some(Outcome::Bypass));
        assert_eq!(worst(plain::peek("a")).await, Some(Outcome::Hit));
        assert_eq!(worst(plain::invalidate("a")).await, None);
        assert_eq!((worst(maybe(2)).await, worst(maybe(2)).await), (Some(Outcome::Miss), Some(Outcome::Hit)));
        windows("a".to_owned()).await.unwrap();
        kept(&source, "a").await.unwrap();
        tokio::time::sleep(Duration::from_secs(90)).await;
        assert_eq!(worst(windows("a".to_owned())).await, Some(Outcome::Stale));
        source.fail(true);
        assert_eq!(worst(kept(&source, "a")).await, Some(Outcome::Stale));
    })
    .await;
}

#[tokio::test]
async fn a_call_for_many_keys_counts_each() {
    with_cache(memory(), async {
        many(&[1, 2]).await;
        let (found, outcomes) = observed(many(&[1, 2, 3])).await;
        assert_eq!(found.len(), 3);
        assert_eq!((outcomes.count(Outcome::Hit), outcomes.count(Outcome::Miss)), (2, 1));
        assert_eq!(outcomes.worst(), Some(Outcome::Miss));
    })
    .await;
}

#[tokio::test]
async fn only_the_calls_of_its_own_task_count() {
    let source = Source::default();
    with_cache(memory(), async {
        let cache = memory();
        let spawned = async { tokio::spawn(async move { with_cache(cache, maybe(1)).await }).await };
        assert_eq!(worst(spawned).await, None);
        let nested = async {
            let inner = worst(plain(&source, "a")).await;
            (inner, maybe(1).await)
        };
        let ((inner, _), outer) = observed(nested).await;
        assert_eq!(inner, Some(Outcome::Miss));
        assert_eq!(outer.count(Outcome::Miss), 1, "the inner call is told of where it was asked for");
        plain(&source, "b").await.unwrap();
        assert_eq!(worst(async {}).await, None, "and nothing is left of calls outside");
    })
    .await;
}

#[tokio::test]
async fn what_is_kept_near_says_so_and_an_outage_is_a_miss() {
    let mut server = RedisServer::start();
    let cache = builder().url(server.url()).namespace("shop").build().unwrap();
    let source = Source::default();
    with_cache(cache, async {
        assert_eq!(worst(near(&source, "a")).await, Some(Outcome::Miss));
        eventually(SOON, "it is kept near", async || worst(near(&source, "a")).await == Some(Outcome::Near)).await;
        assert_eq!(worst(plain(&source, "a")).await, Some(Outcome::Miss));
        assert_eq!(worst(plain(&source, "a")).await, Some(Outcome::Hit));
        server.kill();
        assert_eq!(worst(plain(&source, "a")).await, Some(Outcome::Miss));
    })
    .await;
}
