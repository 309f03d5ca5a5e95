//! Disks that are full: what is not written is not called so, and a log that cannot be written is nobody's trouble.

use std::process::Command;

use cache_tests::{eventually, free_port};
use hyper::StatusCode;

use crate::client::Connection;
use crate::stand::{Database, PATIENCE, PROGRAM, Service};

fn shell(script: &str) -> Command {
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", script, PROGRAM]);
    shell
}

/// The service, of whose files none may become larger than a few pages of the database.
fn with_little_room() -> Service {
    // Without the signal, who writes too much gets an error, as on a full disk.
    let limited = shell(r#"trap '' XFSZ; ulimit -f 200; exec "$0""#);
    Service::spawn_by(limited, &[("SEED", "10")]).listening()
}

#[tokio::test]
async fn a_write_for_which_there_is_no_room_is_no_success() {
    let service = with_little_room();
    let mut last = service.name_of(7).await;
    for round in 0..100 {
        let name = format!("Ada {round}");
        let status = service.rename(7, &name).await.status;
        if status != StatusCode::OK {
            assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
            assert_eq!(service.name_of(7).await, last);
            return;
        }
        assert_eq!(service.name_of(7).await, name);
        last = name;
    }
    panic!("there was room for everything");
}

#[tokio::test]
async fn a_log_that_cannot_be_written_is_no_trouble_of_a_request() {
    let database = Database::new();
    let mute = shell(r#"exec "$0" 2> /dev/full"#);
    let service = Service::spawn_by(mute, &[("DATABASE_URL", &database.url()), ("SEED", "10")]).listening();
    assert_eq!(service.name_of(1).await, "User 1");
    sqlx::query("DROP TABLE users").execute(&mut database.connect().await).await.unwrap();
    // Each of them has something to log.
    for _ in 0..3 {
        assert_eq!(service.get("/users/2").await.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(service.rename(1, "Ada").await.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(service.get("/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE);
    }
    assert_eq!(service.name_of(1).await, "User 1");
}

#[tokio::test]
async fn it_serves_though_it_cannot_say_where() {
    let bind = format!("127.0.0.1:{}", free_port());
    let mut service = Service::spawn_by(shell(r#"exec "$0" > /dev/full"#), &[("BIND", &bind), ("SEED", "10")]);
    service.address = bind.parse().unwrap();
    let listens = async || Connection::open(service.address).await.is_ok();
    eventually(PATIENCE, "it listens", listens).await;
    assert_eq!(service.name_of(1).await, "User 1");
    assert!(service.log().contains("could not say so"), "{}", service.log());
}
