//! What is said of how kept values stay true: once for a cache and change, however many runtimes it is used on.

use std::time::Duration;

use cache_tests::{RedisServer, eventually};
use tokio::runtime::Builder;
use tokio::time::sleep;

use super::channel::{becomes, listening, pledge, server};
use super::log::{self, Log};
use super::support::{SOON, clients, key, kill};
use crate::backend::redis::RedisStore;
use crate::clock::Tick;
use crate::store::{Coherence, NearFeed, Store};

const LINES: [&str; 5] = [
    "INFO redis tells this process",
    "INFO processes tell each other",
    "WARN nobody tells of changes",
    "WARN `near` has no effect",
    "WARN other processes cannot be told",
];

fn count(log: &Log) -> [usize; 5] {
    LINES.map(|line| {
        let (level, text) = line.split_once(' ').unwrap();
        log.count_both(&format!("{level} "), text)
    })
}

/// Uses the store on one new runtime after the other.
fn on_each_of_many(store: &RedisStore, uses: &impl AsyncFn(&RedisStore)) {
    for _ in 0..3 {
        Builder::new_current_thread().enable_all().build().unwrap().block_on(uses(store));
    }
}

#[test]
fn each_way_is_said_once() {
    for (wrong, coherence, said) in [
        ("", Coherence::Tracking, [1, 0, 0, 0, 0]),
        ("-client", Coherence::Channel, [0, 1, 0, 0, 0]),
        ("-client -subscribe", Coherence::Expiry, [0, 0, 1, 0, 0]),
        ("-client resetchannels", Coherence::Expiry, [0, 0, 1, 0, 1]),
        ("-client -publish", Coherence::Expiry, [0, 0, 1, 0, 1]),
    ] {
        let (log, _listening) = log::listen();
        let (server, url) = server(wrong);
        let (store, _) = listening(&url, NearFeed::Auto);
        on_each_of_many(&store, &async |store| {
            let pledge = becomes(store, coherence).await;
            store.remove(&key("k"), SOON).await.unwrap();
            if coherence == Coherence::Channel {
                assert_eq!(server.command(&["CLIENT", "KILL", "TYPE", "pubsub"]).integer(), 1);
            } else if coherence == Coherence::Tracking {
                kill(&server, &clients(&server, true));
            } else {
                return;
            }
            eventually(SOON, "it is lost", async || !pledge.holds(Tick::now())).await;
            becomes(store, coherence).await;
        });
        assert_eq!(count(&log), said, "{wrong}");
        assert_eq!(log.count("asks now and then"), usize::from(coherence != Coherence::Tracking), "{wrong}");
        assert_eq!(log.count("secret"), 0);
    }
}

#[test]
fn near_without_effect_is_said_once() {
    for (wrong, said) in [("", [1, 0, 0, 0, 0]), ("-client", [0, 0, 0, 1, 0])] {
        let (log, _listening) = log::listen();
        let (_server, url) = server(wrong);
        let (store, _) = listening(&url, NearFeed::Tracking);
        on_each_of_many(&store, &async |store| {
            for _ in 0..30 {
                pledge(store).await;
                sleep(Duration::from_millis(10)).await;
            }
        });
        assert_eq!(count(&log), said, "{wrong}");
    }
}

#[tokio::test]
async fn what_changes_is_said_again() {
    let (log, _listening) = log::listen();
    let (server, url) = server("-client");
    let (store, _) = listening(&url, NearFeed::Auto);
    for (rule, coherence, said) in [
        ("-client", Coherence::Channel, [0, 1, 0, 0, 0]),
        ("+client", Coherence::Tracking, [1, 1, 0, 0, 0]),
        ("-client", Coherence::Channel, [1, 2, 0, 0, 0]),
    ] {
        server.command(&["ACL", "SETUSER", "plain", rule]);
        // A new connection finds it out.
        store.close().await.unwrap();
        becomes(&store, coherence).await;
        assert_eq!(count(&log), said, "{coherence:?}");
    }
}

#[tokio::test]
async fn nothing_is_said_where_nothing_is_kept() {
    let (log, _listening) = log::listen();
    let server = RedisServer::start();
    let (store, _) = listening(&server.url(), NearFeed::Auto);
    store.remove(&key("k"), SOON).await.unwrap();
    store.changed(&key("k"), b"P", Duration::from_millis(50)).await.unwrap();
    assert_eq!(count(&log), [0; 5]);
}
