//! Clusters and sentinels over TLS: a server that somebody names is believed as the one of the URL is, by the name it is given.

use std::time::Duration;

use cache_runtime::{Cache, Policy, Tls};
use cache_tests::{RedisCluster, Sentinels, eventually};

use crate::authority::{Authority, Identity};
use crate::stand::{SOON, cache, refusal, works};

const STORED: Policy = Policy::new(Duration::from_secs(600));

/// Whom to trust, and who to be.
fn client(authority: &Authority) -> Tls {
    let Identity { certificate, key } = authority.sign("shop");
    Tls::new().ca(authority.pem()).client_certificate(certificate, key)
}

/// Enough keys for every primary to have some.
fn keys() -> Vec<String> {
    (0..30).map(|number| format!("key:{number}")).collect()
}

/// What one of them stores, the other one finds.
async fn share(one: &Cache, other: &Cache, value: u64) {
    for key in keys() {
        one.put(&key, &value, &STORED).await.unwrap();
        assert_eq!(other.get(&key).await.unwrap(), Some(value), "{key}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_node_of_a_cluster_is_shown_a_certificate() {
    let authority = Authority::new();
    let mut cluster = RedisCluster::with_tls(&authority.server("127.0.0.1", true));
    let [one, other] = [0, 1].map(|_| cache(&cluster.tls_url("127.0.0.1"), client(&authority)));
    works(&one).await;
    share(&one, &other, 1).await;

    // One learns of it by a redirection.
    cluster.migrate_slot_of("key:7").seize();
    share(&one, &other, 2).await;

    cluster.kill_primary_of("key:8");
    cluster.until_served("key:8");
    eventually(SOON, "its replica is used", async || one.ping().await.is_ok() && other.ping().await.is_ok()).await;
    share(&one, &other, 3).await;

    let stranger = cache(&cluster.tls_url("127.0.0.1"), Tls::new().ca(authority.pem()));
    assert!(stranger.ping().await.is_err());
}

#[tokio::test]
async fn the_nodes_of_a_cluster_are_believed_by_what_the_cluster_calls_them() {
    let authority = Authority::new();
    let cluster = RedisCluster::with_tls(&authority.server("localhost", false));
    let cache = || cache(&cluster.tls_url("localhost"), Tls::new().ca(authority.pem()));
    let error = refusal(&cache()).await;
    assert!(format!("{error:?}").contains("not valid for name"), "{error:?}");

    for node in cluster.nodes() {
        for (name, value) in
            [("cluster-announce-hostname", "localhost"), ("cluster-preferred-endpoint-type", "hostname")]
        {
            assert_eq!(node.command(&["CONFIG", "SET", name, value]).text(), "OK", "{name}");
        }
    }
    let cache = cache();
    eventually(SOON, "they are called by their name", async || cache.ping().await.is_ok()).await;
    works(&cache).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sentinels_and_the_servers_that_they_name_are_shown_a_certificate() {
    let authority = Authority::new();
    let sentinels = Sentinels::with_tls(1, &authority.server("127.0.0.1", true));
    let cache = cache(&sentinels.tls_url("127.0.0.1"), client(&authority));
    works(&cache).await;
    tokio::task::block_in_place(|| sentinels.failover());
    eventually(SOON, "the new master is used", async || {
        cache.put("k", &1_u64, &STORED).await.is_ok() && sentinels.master().command(&["EXISTS", "k"]).integer() == 1
    })
    .await;
    works(&cache).await;
}

#[tokio::test]
async fn the_server_that_sentinels_name_is_believed_by_what_they_call_it() {
    let authority = Authority::new();
    let sentinels = Sentinels::with_tls(1, &authority.server("localhost", false));
    // They are believed themselves.
    let error = refusal(&cache(&sentinels.tls_url("localhost"), Tls::new().ca(authority.pem()))).await;
    assert!(format!("{error:?}").contains("not valid for name"), "{error:?}");
    assert!(!format!("{error:?}").contains("no sentinel names a master"), "{error:?}");
}
