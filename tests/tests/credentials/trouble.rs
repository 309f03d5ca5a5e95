//! Nobody who can say the password.

use cache_runtime::{ErrorKind, Login};
use cache_tests::eventually;
use std::time::Duration;

use crate::provider::{SOON, Vault, builder, connections, server, url};

#[tokio::test]
async fn who_does_not_know_the_password_is_an_outage_and_no_more() {
    for (panics, is_slow, expected) in [
        (false, false, "the credentials are not to be had: the vault is closed"),
        (true, false, "the credentials are not to be had: who was asked has panicked"),
        (false, true, "no answer in time"),
    ] {
        let servers = [server()];
        let vault = Vault::whose_sickness(panics, is_slow);
        vault.rotate(&servers, 0);
        vault.fall_sick(true);
        let cache = builder(&url(&servers[0]), &vault).operation_timeout(Duration::from_millis(100)).build().unwrap();
        eventually(SOON, expected, async || {
            let error = cache.ping().await.unwrap_err();
            error.kind() == ErrorKind::Unavailable && format!("{error:?}").contains(expected)
        })
        .await;
        assert_eq!(cache.read_through("k", &cache_runtime::Policy::forever(), || async { 7 }).await, 7);
        vault.fall_sick(false);
        eventually(SOON, "it is reached", async || cache.ping().await.is_ok()).await;
    }
}

#[tokio::test]
async fn a_connection_that_stands_is_used_while_nobody_knows_another_password() {
    for (panics, is_slow) in [(false, false), (true, false), (false, true)] {
        let servers = [server()];
        let vault = Vault::whose_sickness(panics, is_slow);
        vault.rotate(&servers, 0);
        let cache = builder(&url(&servers[0]), &vault).build().unwrap();
        cache.ping().await.unwrap();
        let (before, asked) = (connections(&servers[0]), vault.asked());
        vault.fall_sick(true);
        eventually(SOON, "it is asked", async || vault.asked() > asked).await;
        for _ in 0..20 {
            cache.ping().await.unwrap();
        }
        assert_eq!(connections(&servers[0]), before);
    }
}

#[test]
fn a_login_does_not_show_its_password() {
    let login = Login::new("hunter2").user("shop").valid_for(Duration::from_secs(60));
    assert_eq!(format!("{login:?}"), r#"Login { user: "shop", valid_for: Some(60s), .. }"#);
}
