//! Without any failover: everything there is.

use cache_runtime::{Cache, ErrorKind, NearFeed, read_through, with_cache};
use cache_tests::{Sentinels, eventually};

use crate::stand::{SOON, STORED, cache, hits, keeps, read};

#[read_through(key = "seat:{number}", ttl = 600, near = "600s", tags = ["seats"])]
async fn seat(number: u64) -> Result<u64, String> {
    Ok(number)
}

#[tokio::test]
async fn everything_works_through_sentinels() {
    let sentinels = Sentinels::with_password(1, "s3cret-of-sentinels");
    let (cache, other) = (cache(&sentinels.url()), cache(&sentinels.url()));
    cache.ping().await.unwrap();
    keeps(&cache, "a", 1).await;
    hits(&other, "a").await;
    other.invalidate("a").await.unwrap();
    eventually(SOON, "it is told", async || read(&cache, "a", &STORED, 2).await == 2).await;

    assert_eq!(with_cache(cache.clone(), seat(7)).await, Ok(7));
    assert_eq!(with_cache(other.clone(), seat::peek(7)).await, Some(7));
    other.invalidate_tag("seats").await.unwrap();
    assert_eq!(with_cache(other.clone(), seat::peek(7)).await, None);
    other.clear().await.unwrap();
    assert_eq!(read(&other, "a", &STORED, 3).await, 3);
    let shown = format!("{cache:?}");
    assert!(shown.contains("redis+sentinel://127.0.0.1:") && !shown.contains("s3cret"), "{shown}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sentinels_and_servers_are_logged_in_to_by_different_users() {
    let (pass, user) = ("sentinel_pass=s3cret-of-sentinels", "sentinel_user=looker&sentinel_pass=s3cret-of-looker");
    let sentinels = Sentinels::with_passwords(1, "s3cret-of-sentinels", "s3cret-of-servers");
    let looks = ["-@all", "+sentinel|get-master-addr-by-name"];
    sentinels.tell(&[&["ACL", "SETUSER", "looker", "on", ">s3cret-of-looker"], &looks[..]].concat());
    let url = sentinels.url();
    assert!(url.starts_with("redis+sentinel://:s3cret-of-servers@") && url.ends_with(pass), "{url}");
    let caches = [cache(&url), cache(&url.replace(pass, user))];
    for _ in 0..2 {
        for cache in &caches {
            eventually(SOON, "it is invalidated", async || cache.invalidate("a").await.is_ok()).await;
            hits(cache, "a").await;
            keeps(cache, "a", 1).await;
        }
        tokio::task::block_in_place(|| sentinels.failover());
    }
}

#[tokio::test]
async fn a_channel_works_through_sentinels() {
    let sentinels = Sentinels::start(1);
    let cache = || {
        let builder = Cache::builder().url(sentinels.url()).near_feed(NearFeed::Channel).operation_timeout(SOON);
        builder.build().unwrap()
    };
    let (cache, other) = (cache(), cache());
    let kept = async || {
        let before = cache.stats().near_hits;
        read(&cache, "a", &crate::stand::KEPT, 1).await;
        cache.stats().near_hits > before
    };
    eventually(SOON, "a near hit", kept).await;
    other.invalidate("a").await.unwrap();
    eventually(SOON, "it is told", async || read(&cache, "a", &crate::stand::KEPT, 2).await == 2).await;
}

#[tokio::test]
async fn a_wrong_name_and_a_wrong_password_are_said_clearly() {
    let sentinels = Sentinels::with_password(1, "s3cret-of-sentinels");
    for (wrong, expected) in [
        (sentinels.url().replace("/mymaster", "/yourmaster"), "they watch none that is called `yourmaster`"),
        (sentinels.url().replace("s3cret-of", "wr0ng-of"), "no sentinel names a master: authentication failed"),
        (sentinels.url().replace("cache-s3cret", "wr0ng"), "authentication failed"),
    ] {
        let error = cache(&wrong).ping().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unavailable);
        let shown = format!("{error} {error:?}");
        assert!(shown.contains(expected), "{shown}");
        assert!(!shown.contains("s3cret") && !shown.contains("wr0ng"), "{shown}");
    }
}
