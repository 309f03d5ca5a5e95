//! Connections that are logged in again in time.

use std::time::Duration;

use cache_runtime::{Coherence, ErrorKind, NearFeed, Policy};
use cache_tests::{RedisCluster, Sentinels, eventually};

use crate::provider::{SOON, VALID, Vault, builder, connections, give_more, give_user, logins, server, url};

const KEPT: Policy = Policy::new(Duration::from_secs(600)).near(Duration::from_secs(600));

#[tokio::test]
async fn connections_are_logged_in_again_where_they_stand() {
    let servers = [server()];
    let vault = Vault::default();
    vault.rotate(&servers, 0);
    let cache = builder(&url(&servers[0]), &vault).build().unwrap();
    let read = async |value: u64| cache.read_through("k", &KEPT, || async move { value }).await;
    eventually(SOON, "it is kept", async || {
        read(1).await;
        cache.stats().near_hits > 0
    })
    .await;
    assert_eq!(cache.stats().coherence, Coherence::Tracking);
    let (before, asked) = (connections(&servers[0]), vault.asked());
    assert_eq!(before.len(), 2);
    let rotations = async {
        for number in 1..=5 {
            let done = logins(&servers[0]);
            vault.rotate(&servers, number);
            // Both of them.
            eventually(SOON, "they log in again", async || logins(&servers[0]) >= done + 4).await;
        }
    };
    let calls = async {
        loop {
            cache.invalidate("k").await.expect("no call fails");
            assert_eq!(read(2).await, 2);
            cache.ping().await.expect("no call fails");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::select! {
        () = rotations => {}
        () = calls => {}
    }
    assert_eq!(connections(&servers[0]), before, "none was made anew");
    assert!(vault.asked() >= asked + 10);
}

#[tokio::test]
async fn a_connection_that_may_not_log_in_again_is_made_anew() {
    let servers = [server()];
    let vault = Vault::default();
    vault.rotate(&servers, 0);
    let cache = builder(&url(&servers[0]), &vault).build().unwrap();
    cache.ping().await.unwrap();
    let before = connections(&servers[0]);
    vault.say("wrong");
    eventually(SOON, "it is closed", async || connections(&servers[0]) != before).await;
    vault.say("s3cret-0");
    vault.rotate(&servers, 1);
    eventually(SOON, "there is another one", async || cache.ping().await.is_ok()).await;
}

#[tokio::test]
async fn who_listens_on_the_channel_connects_again_in_time() {
    let servers = [server()];
    let vault = Vault::default();
    vault.rotate(&servers, 0);
    let cache = builder(&url(&servers[0]), &vault).near_feed(NearFeed::Channel).build().unwrap();
    let is_kept = async || {
        let before = cache.stats().near_hits;
        assert_eq!(cache.read_through("k", &KEPT, || async { 1 }).await, 1);
        cache.stats().near_hits > before
    };
    // Longer than it takes until a new listener is believed.
    let subscriptions = || {
        let stats = servers[0].command(&["INFO", "commandstats"]).text();
        stats
            .lines()
            .filter_map(|line| line.strip_prefix("cmdstat_subscribe:calls="))
            .any(|rest| !rest.starts_with("1,"))
    };
    eventually(SOON, "it listens again", async || {
        is_kept().await;
        subscriptions()
    })
    .await;
    cache.ping().await.unwrap();
    assert!(VALID < Duration::from_secs(1));
}

#[tokio::test]
async fn a_master_that_sentinels_name_is_logged_in_to_in_the_same_way() {
    let sentinels = Sentinels::start(1);
    sentinels.servers().iter().for_each(give_user);
    let vault = Vault::default();
    vault.rotate(sentinels.servers(), 0);
    let url = sentinels.url();
    let (_login, hosts) = url.split_once('@').unwrap();
    let cache = builder(&format!("redis+sentinel://{hosts}"), &vault).build().unwrap();
    cache.ping().await.unwrap();
    let before = connections(sentinels.master());
    vault.rotate(sentinels.servers(), 1);
    let asked = vault.asked();
    eventually(SOON, "it logs in again", async || vault.asked() > asked + 1).await;
    cache.ping().await.unwrap();
    assert_eq!(connections(sentinels.master()), before);
}

#[tokio::test]
async fn every_node_of_a_cluster_is_logged_in_to_in_the_same_way() {
    let cluster = RedisCluster::start();
    for node in cluster.nodes() {
        give_user(node);
        give_more(node, "+cluster|slots +cluster|info +asking");
    }
    let vault = Vault::default();
    vault.rotate(cluster.nodes(), 0);
    let url = cluster.url();
    let (_login, hosts) = url.split_once('@').unwrap();
    let cache = builder(&format!("redis+cluster://{hosts}"), &vault).build().unwrap();
    cache.ping().await.unwrap();
    let primaries = &cluster.nodes()[..3];
    let of_all = || primaries.iter().map(connections).collect::<Vec<_>>();
    let before = of_all();
    for number in 1..=3 {
        let done: Vec<_> = primaries.iter().map(logins).collect();
        vault.rotate(cluster.nodes(), number);
        eventually(SOON, "they log in again", async || {
            primaries.iter().zip(&done).all(|(node, done)| logins(node) > done + 1)
        })
        .await;
        cache.ping().await.unwrap();
    }
    assert_eq!(of_all(), before, "none was made anew");
}

#[tokio::test]
async fn a_url_with_a_login_and_somebody_who_knows_another_are_a_mistake() {
    let server = server();
    let error = builder(&server.url(), &Vault::default()).build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("`credentials` are given, and the URL says who to log in as"), "{error}");
    assert!(!format!("{error:?}").contains("s3cret"));
}
