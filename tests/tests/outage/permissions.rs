//! A user of Redis who may do less than a cache needs gets the same answers.

use std::error::Error;
use std::fs;
use std::sync::Arc;

use cache_runtime::with_cache;
use cache_tests::RedisServer;
use tracing::Level;

use crate::refusing::{cannot_invalidate, reads_go_on};
use crate::stand::{LONGEST, NEW, Stand, user};

#[tokio::test]
async fn who_may_not_track_gets_the_same_answers() {
    let server = RedisServer::start();
    server.permit("-client");
    Stand::share(&server.url(), "no permission to track").await;
}

#[tokio::test]
async fn who_may_not_set_reads_what_others_have_stored() {
    let server = RedisServer::start();
    let stand = Stand::warm(&server.url()).await;
    server.permit("-set");
    reads_go_on(&stand, &server, "no permission to set").await;
    server.permit("+set");
    stand.comes_back_for(NEW, "no permission to set").await;
}

#[tokio::test]
async fn who_may_not_run_scripts_runs_the_bodies() {
    let server = RedisServer::start();
    server.permit("-eval -evalsha");
    let stand = Stand::on(&server.url());
    for _ in 0..3 {
        let call = stand.call(1).await;
        println!("no permission to run scripts: {call:?}");
        assert!(call.took < LONGEST, "{call:?}");
    }
}

#[tokio::test]
async fn who_may_not_delete_is_told_so_and_does_not_use_what_should_be_gone() {
    let server = RedisServer::start();
    let stand = Stand::warm(&server.url()).await;
    server.permit("-del");
    cannot_invalidate(&stand).await;

    let refused = with_cache(stand.cache.clone(), user::invalidate(1)).await.expect_err("it is forbidden");
    let source = refused.source().map(|source| format!("{source} {source:?}"));
    let told = format!("{refused} {refused:?} {source:?}");
    assert!(told.contains("'del'"), "it should say what is forbidden: {told}");
    assert!(!told.contains("s3cret"), "it tells the password: {told}");
    assert!(!stand.call(1).await.hit, "what should be gone is used");

    server.permit("+del");
    stand.comes_back_for(1, "no permission to delete").await;
}

#[tokio::test]
async fn whose_keys_are_others_runs_the_bodies_and_is_not_told_again_and_again() {
    let server = RedisServer::start();
    server.permit("resetkeys ~elsewhere:*");
    let logs = tempfile::tempdir().expect("a folder");
    let log = |level: Level| {
        let path = logs.path().join(level.as_str());
        let file = Arc::new(fs::File::create(&path).expect("a file"));
        let told = tracing_subscriber::fmt().with_max_level(level).with_writer(file).with_ansi(false).finish();
        (tracing::subscriber::set_default(told), path)
    };
    let stand = Stand::on(&server.url());

    let (listening, quiet) = log(Level::INFO);
    stand.endures("keys that are not covered").await;
    stand.cache.ping().await.expect("a PING has no key");
    drop(listening);
    let quiet = fs::read_to_string(quiet).expect("it was written");
    assert!(quiet.lines().count() <= 1, "it is told again and again:\n{quiet}");

    let (listening, detailed) = log(Level::DEBUG);
    assert!(!stand.call(1).await.hit);
    drop(listening);
    let detailed = fs::read_to_string(detailed).expect("it was written");
    assert!(
        detailed.contains("outage:user:1 error=the store refused the operation: "),
        "it should be told:\n{detailed}"
    );
    assert!(!detailed.contains("s3cret"), "it tells the password:\n{detailed}");

    server.permit("~outage:*");
    stand.comes_back("keys that are not covered").await;
}
