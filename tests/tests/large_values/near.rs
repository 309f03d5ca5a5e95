//! Large values may be kept in the process, and are as true there as small ones.

use cache_runtime::{Cache, Policy};
use cache_tests::eventually;

use crate::stand::{LARGE, LASTING, SOON, Stand, THIN, calls, letter, text};

const KEPT: Policy = LASTING.near(std::time::Duration::from_secs(600));

async fn read(cache: &Cache) -> (char, bool) {
    let before = cache.stats().near_hits;
    let value = cache.read_through("a", &KEPT, || async { text('o', LARGE) }).await;
    let (letter, length) = letter(&value);
    assert_eq!(length, LARGE);
    (letter, cache.stats().near_hits > before)
}

#[tokio::test]
async fn it_is_kept_until_it_changes() {
    let stand = Stand::new().await;
    for current in ['b', 'c', 'd'] {
        stand.put(current).await;
        // Where the machine has no time for a sign of life of the connection, what is kept is not believed.
        eventually(SOON, "five near hits in a row", async || {
            let pieces = calls(&stand.server, "getrange");
            for _ in 0..5 {
                if read(&stand.cache).await != (current, true) {
                    return false;
                }
            }
            calls(&stand.server, "getrange") == pieces
        })
        .await;
    }
    stand.other.invalidate("a").await.unwrap();
    eventually(SOON, "it is loaded", async || read(&stand.cache).await.0 == 'o').await;
}

#[tokio::test]
async fn what_changes_while_it_is_under_way_is_not_kept() {
    let stand = Stand::new().await;
    for current in ['b', 'c', 'd'] {
        stand.proxy.set(THIN);
        let before = calls(&stand.server, "getrange");
        let cache = stand.cache.clone();
        let under_way = tokio::spawn(async move { read(&cache).await });
        eventually(SOON, "a few pieces", async || {
            under_way.is_finished() || calls(&stand.server, "getrange") >= before + 6
        })
        .await;
        stand.put(current).await;
        under_way.await.unwrap();
        stand.proxy.set(cache_tests::Fault::None);
        eventually(SOON, "it is seen", async || read(&stand.cache).await.0 == current).await;
        for _ in 0..5 {
            assert_eq!(read(&stand.cache).await.0, current);
        }
    }
}
