//! Who the cache is, over TLS.

use cache_runtime::{Cache, ErrorKind, Tls};
use cache_tests::RedisServer;

use crate::authority::{Authority, Identity};
use crate::stand::{cache, refusal, works};

#[tokio::test]
async fn a_server_that_wants_to_see_a_certificate_is_shown_one() {
    let authority = Authority::new();
    let server = RedisServer::builder().tls(authority.server("localhost", true)).start();
    let Identity { certificate, key } = authority.sign("shop");
    works(&cache(&server.tls_url("localhost"), Tls::new().ca(authority.pem()).client_certificate(certificate, key)))
        .await;
}

#[tokio::test]
async fn who_has_none_or_that_of_a_stranger_is_refused() {
    let (authority, other) = (Authority::new(), Authority::new());
    let server = RedisServer::builder().tls(authority.server("localhost", true)).start();
    let Identity { certificate, key } = other.sign("shop");
    for tls in [Tls::new(), Tls::new().client_certificate(certificate, key)] {
        let cache = cache(&server.tls_url("localhost"), tls.ca(authority.pem()));
        let error = cache.ping().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unavailable, "{error:?}");
    }
}

#[tokio::test]
async fn a_wrong_password_is_shown_nowhere() {
    let authority = Authority::new();
    let server = RedisServer::builder().tls(authority.server("localhost", false)).start();
    let url = server.tls_url("localhost").replace("cache:", "cache:wrong-");
    let cache = cache(&url, Tls::new().ca(authority.pem()));
    let error = refusal(&cache).await;
    let shown = format!("{error} {error:?} {cache:?}");
    assert!(shown.contains("authentication failed") && !shown.contains("s3cret"), "{shown}");
}

#[test]
fn certificates_that_do_not_fit_are_a_mistake() {
    let (authority, url) = (Authority::new(), "rediss://localhost");
    let (mine, other) = (authority.sign("shop"), authority.sign("shop"));
    let refused = |url: &str, tls: Tls| Cache::builder().url(url).tls(tls).build().unwrap_err().to_string();
    for (tls, expected) in [
        (Tls::new().ca("no PEM"), "`tls.ca` holds no certificate of an authority"),
        (Tls::new().ca(mine.key.clone()), "`tls.ca` holds no certificate of an authority"),
        (Tls::new().client_certificate(mine.key.clone(), mine.key.clone()), "`tls.certificate` holds no certificate"),
        (
            Tls::new().client_certificate(mine.certificate.clone(), mine.certificate.clone()),
            "`tls.key` holds no private key",
        ),
        (
            Tls::new().client_certificate(mine.certificate.clone(), other.key),
            "`tls.key` is not the key of the certificate",
        ),
    ] {
        assert!(refused(url, tls.clone()).contains(expected), "{}", refused(url, tls));
    }
    let unused = refused("redis://localhost", Tls::new().ca(authority.pem()));
    assert!(unused.contains("`tls.ca` is there, and the URL does not use it; expected a `rediss` URL"), "{unused}");
    Cache::builder().tls(Tls::new().ca(authority.pem())).build().unwrap();
}

#[test]
fn keys_and_certificates_are_not_shown() {
    let Identity { certificate, key } = Authority::new().sign("shop");
    let builder = Cache::builder().tls(Tls::new().client_certificate(certificate.clone(), key.clone()));
    let shown = format!("{builder:?}");
    assert!(shown.contains("Tls { ca: false, certificate: true, key: true }"), "{shown}");
    let bytes = format!("{:?}", key.as_bytes());
    assert!(!shown.contains(&key[40..60]) && !shown.contains(&certificate[40..60]) && !shown.contains(&bytes[..20]));
}
