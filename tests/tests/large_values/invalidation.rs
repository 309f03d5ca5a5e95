//! Whatever happens under a reader of pieces: it gets one value or none, and no old one that was asked for after its end.

use cache_tests::eventually;
use tokio::task::JoinHandle;

use crate::stand::{LARGE, SOON, Stand, THIN, calls, letter};

impl Stand {
    async fn begin(&self) -> JoinHandle<Option<(char, usize)>> {
        self.proxy.set(THIN);
        let before = calls(&self.server, "getrange");
        let cache = self.cache.clone();
        let read = tokio::spawn(async move { cache.get::<String>("a").await.unwrap().as_deref().map(letter) });
        eventually(SOON, "a few pieces", async || calls(&self.server, "getrange") >= before + 5).await;
        assert!(!read.is_finished());
        read
    }
}

#[tokio::test]
async fn a_value_that_is_replaced_under_its_reader_is_the_old_one_or_the_new_one() {
    let stand = Stand::new().await;
    for new in ['b', 'c', 'd'] {
        let read = stand.begin().await;
        stand.put(new).await;
        assert_eq!(read.await.unwrap(), Some((new, LARGE)), "it is read once more");
    }
    assert_eq!(stand.cache.stats().mismatches, 0);
}

#[tokio::test]
async fn a_value_that_is_replaced_all_the_time_is_a_miss_or_one_value() {
    let stand = Stand::new().await;
    stand.proxy.set(THIN);
    let cache = stand.cache.clone();
    let reads = tokio::spawn(async move {
        for _ in 0..5 {
            cache.get::<String>("a").await.unwrap().as_deref().map(letter);
        }
    });
    let mut letters = ('a'..='z').cycle();
    while !reads.is_finished() {
        stand.put(letters.next().unwrap()).await;
    }
    reads.await.unwrap();
}

#[tokio::test]
async fn an_invalidation_wins() {
    let stand = Stand::new().await;
    for by_tag in [false, true] {
        stand.put('a').await;
        let read = stand.begin().await;
        if by_tag {
            stand.other.clear().await.unwrap();
        } else {
            stand.other.invalidate("a").await.unwrap();
        }
        assert_eq!(stand.read().await, None, "asked for after the end of it");
        // Asked for before: with its tag, it was whole and true then.
        let early = read.await.unwrap();
        assert!(early.is_none() || (by_tag && early == Some(('a', LARGE))), "{early:?}");
    }
}

#[tokio::test]
async fn what_is_loaded_while_it_is_invalidated_is_not_stored_however_large() {
    let stand = Stand::new().await;
    stand.other.invalidate("a").await.unwrap();
    stand.proxy.set(THIN);
    let sent = stand.proxy.bytes_to_server();
    let cache = stand.cache.clone();
    let load = tokio::spawn(async move {
        let load = || async { crate::stand::text('o', LARGE) };
        cache.read_through("a", &crate::stand::LASTING, load).await
    });
    eventually(SOON, "some of it is sent", async || stand.proxy.bytes_to_server() > sent + 100_000).await;
    stand.cache.invalidate("a").await.unwrap();
    assert!(!load.is_finished());
    assert_eq!(letter(&load.await.unwrap()), ('o', LARGE));
    assert_eq!(stand.read().await, None);
}
