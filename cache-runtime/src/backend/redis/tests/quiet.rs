//! Where nobody listens, nothing is told, and who begins to listen misses nothing by that.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use cache_tests::{Fault, FaultProxy, RedisServer, eventually};
use futures_util::future::join_all;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, sleep};

use super::channel::{Heard, becomes, pledge};
use super::support::{SOON, calls, clients, key, kill, store};
use crate::backend::redis::{Address, News, RedisStore};
use crate::store::{Coherence, Listener, NearFeed, Store};

async fn remove_all(store: &RedisStore) {
    let keys: Vec<_> = (0..50).map(|n| key(&format!("k{n}"))).collect();
    for removed in join_all(keys.iter().map(|key| store.remove(key, SOON))).await {
        removed.unwrap();
    }
    for key in &keys {
        store.remove(key, SOON).await.unwrap();
    }
}

#[tokio::test]
async fn who_tells_nobody_does_so_once_a_second() {
    let server = RedisServer::start();
    let store = store(&server.url());
    let start = Instant::now();
    for round in 1..=3 {
        remove_all(&store).await;
        let seconds = start.elapsed().as_secs();
        assert_eq!(calls(&server, "del"), 100 * round);
        let told = calls(&server, "publish");
        assert!((1..=seconds + 1).contains(&told), "{told} in {seconds} s");
        sleep(Duration::from_millis(600)).await;
    }
    assert!(calls(&server, "publish") >= 2, "it is found out again");
}

#[tokio::test]
async fn what_takes_longer_than_the_quiet_is_told() {
    let server = RedisServer::start();
    let proxy = FaultProxy::to(server.port());
    let store = store(&server.url_on(proxy.port()));
    store.remove(&key("a"), SOON).await.unwrap();
    store.remove(&key("b"), SOON).await.unwrap();
    assert_eq!(calls(&server, "publish"), 1);
    // Made at once, in the quiet, and acknowledged after it.
    proxy.set(Fault::Latency(Duration::from_millis(1200)));
    store.remove(&key("c"), SOON).await.unwrap();
    assert_eq!(calls(&server, "publish"), 2);
}

#[tokio::test]
async fn the_quiet_ends_with_the_connection() {
    let server = RedisServer::start();
    let store = store(&server.url());
    for lost in 1..=3 {
        for _ in 0..5 {
            store.remove(&key("a"), SOON).await.unwrap();
        }
        assert_eq!(calls(&server, "publish"), lost);
        kill(&server, &clients(&server, false));
    }
}

/// One who removes one key after the other, and how many it has begun to remove.
fn removes(url: &str, namespace: &str) -> (JoinHandle<()>, Arc<AtomicUsize>) {
    let store = RedisStore::open(Address::parse(url).unwrap(), News::new(namespace, NearFeed::Auto), SOON);
    let begun = Arc::<AtomicUsize>::default();
    let counts = Arc::clone(&begun);
    let task = tokio::spawn(async move {
        loop {
            let n = counts.fetch_add(1, Ordering::SeqCst);
            store.remove(&key(&format!("k{n}")), SOON).await.unwrap();
            sleep(Duration::from_millis(fastrand::u64(0..20))).await;
        }
    });
    (task, begun)
}

async fn begins_to_listen(url: String, namespace: String) {
    let (task, begun) = removes(&url, &namespace);
    sleep(Duration::from_millis(fastrand::u64(0..1_500))).await;
    let news = News::new(&namespace, NearFeed::Channel);
    let store = RedisStore::open(Address::parse(&url).unwrap(), news, SOON);
    let heard = Arc::<Heard>::default();
    assert!(store.listen(Arc::clone(&heard) as Arc<dyn Listener>));
    while pledge(&store).await.is_none() {
        tokio::task::yield_now().await;
    }
    let first = begun.load(Ordering::SeqCst);
    eventually(SOON, "some are removed", async || begun.load(Ordering::SeqCst) > first + 30).await;
    task.abort();
    for n in first..first + 30 {
        let key = format!("k{n}");
        eventually(SOON, &key, async || heard.has(&key)).await;
    }
    becomes(&store, Coherence::Channel).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_begins_to_listen_while_it_is_quiet_misses_nothing() {
    let server = RedisServer::start();
    for round in 0..3 {
        let mut listeners = JoinSet::new();
        for n in 0..20 {
            listeners.spawn(begins_to_listen(server.url(), format!("round{round}:{n}")));
        }
        listeners.join_all().await;
    }
}
