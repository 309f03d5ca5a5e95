//! Which server is believed.

use cache_runtime::{ErrorKind, Tls};
use cache_tests::RedisServer;

use crate::authority::Authority;
use crate::stand::{cache, refusal, works};

#[tokio::test]
async fn a_server_of_the_own_authority_is_believed_by_its_name_and_by_its_address() {
    let authority = Authority::new();
    for host in ["localhost", "127.0.0.1"] {
        let server = RedisServer::builder().tls(authority.server(host, false)).start();
        works(&cache(&server.tls_url(host), Tls::new().ca(authority.pem()))).await;
    }
}

#[tokio::test]
async fn several_authorities_may_be_trusted() {
    let (authority, other) = (Authority::new(), Authority::new());
    let server = RedisServer::builder().tls(authority.server("localhost", false)).start();
    works(&cache(&server.tls_url("localhost"), Tls::new().ca(other.pem() + &authority.pem()))).await;
}

#[tokio::test]
async fn a_server_of_another_authority_is_not_believed() {
    let (authority, other) = (Authority::new(), Authority::new());
    let server = RedisServer::builder().tls(authority.server("localhost", false)).start();
    // What the operating system trusts is none of these.
    for tls in [Tls::new().ca(other.pem()), Tls::new()] {
        let error = refusal(&cache(&server.tls_url("localhost"), tls)).await;
        assert_eq!(error.kind(), ErrorKind::Unavailable);
        assert!(format!("{error:?}").contains("UnknownIssuer"), "{error:?}");
    }
}

#[tokio::test]
async fn a_server_with_the_name_of_another_is_not_believed() {
    let authority = Authority::new();
    for (name, host) in [("redis.internal", "localhost"), ("localhost", "127.0.0.1")] {
        let server = RedisServer::builder().tls(authority.server(name, false)).start();
        let error = refusal(&cache(&server.tls_url(host), Tls::new().ca(authority.pem()))).await;
        assert!(format!("{error:?}").contains("not valid for name"), "{error:?}");
    }
}

#[tokio::test]
async fn the_name_is_checked_whatever_the_url_says() {
    let authority = Authority::new();
    let server = RedisServer::builder().tls(authority.server("redis.internal", false)).start();
    let url = format!("{}/#insecure", server.tls_url("localhost"));
    let error = cache_runtime::Cache::builder().url(url).build().unwrap_err().to_string();
    assert!(error.contains("a `#`"), "{error}");
}

#[tokio::test]
async fn a_server_without_tls_is_not_talked_to() {
    let (authority, server) = (Authority::new(), RedisServer::single());
    let url = server.url().replace("redis://", "rediss://");
    refusal(&cache(&url, Tls::new().ca(authority.pem()))).await;
}
