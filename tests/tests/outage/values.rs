//! At the key there is something that no cache of ours has put there.

use cache_tests::{RedisServer, Reply};

use crate::stand::{Stand, TIMEOUT, key};

#[tokio::test]
async fn a_list_a_hash_a_set_or_a_stream_is_a_miss() {
    is_a_miss("RPUSH", &["a", "b"]).await;
    is_a_miss("HSET", &["a", "b"]).await;
    is_a_miss("SADD", &["a", "b"]).await;
    is_a_miss("XADD", &["*", "a", "b"]).await;
}

#[tokio::test]
async fn a_foreign_string_is_a_miss() {
    for value in ["", "0", "null", "{\"id\":1}", "V", "P", "V0123456789abcdef", "P0123456789abcdef", &"x".repeat(5_000)]
    {
        is_a_miss("SET", &[value]).await;
    }
}

/// Puts something at the key: a call must look through it, and overcome it.
async fn is_a_miss(verb: &str, value: &[&str]) {
    let server = RedisServer::start();
    let stand = Stand::warm(&server.url()).await;
    let name = key(1);
    server.command(&["DEL", &name]);
    let put = server.command(&[&[verb, &name], value].concat());
    assert!(!matches!(put, Reply::Error(_)), "{put:?}");

    let call = stand.call(1).await;
    assert!(!call.hit && call.took < TIMEOUT, "{call:?} with {verb} {value:?}");
    stand.comes_back(&format!("{verb} {value:?}")).await;
}
