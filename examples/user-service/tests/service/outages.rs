//! Redis goes, and comes back: nobody who asks the service is told.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use cache_tests::eventually;
use hyper::StatusCode;
use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::client::Connection;
use crate::stand::{Fleet, PATIENCE, Service};

/// Clients that read until they are told to stop. Every answer must be right.
struct Load {
    stop: Arc<AtomicBool>,
    answers: Arc<AtomicU32>,
    clients: JoinSet<()>,
}

impl Load {
    fn on(services: &[Service]) -> Self {
        let (stop, answers) = (Arc::default(), Arc::default());
        let mut clients = JoinSet::new();
        for (number, service) in services.iter().cycle().take(8).enumerate() {
            clients.spawn(read(service.address, number, Arc::clone(&stop), Arc::clone(&answers)));
        }
        Self { stop, answers, clients }
    }

    /// Waits for that many more answers.
    async fn goes_on(&self, more: u32) {
        let from = self.answers.load(Ordering::Relaxed);
        let enough = async || self.answers.load(Ordering::Relaxed) - from >= more;
        eventually(PATIENCE, "requests are answered", enough).await;
    }

    async fn end(mut self) {
        self.stop.store(true, Ordering::Relaxed);
        while let Some(client) = self.clients.join_next().await {
            client.unwrap();
        }
    }
}

async fn read(address: SocketAddr, number: usize, stop: Arc<AtomicBool>, answers: Arc<AtomicU32>) {
    let mut connection = Connection::open(address).await.unwrap();
    for round in number.. {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let id = round % 200 + 1;
        let answer = connection.get(&format!("/users/{id}")).await.unwrap();
        assert_eq!((answer.status, answer.json()["name"].as_str()), (StatusCode::OK, Some(&*format!("User {id}"))));
        answers.fetch_add(1, Ordering::Relaxed);
    }
}

#[tokio::test]
async fn no_request_fails_while_redis_is_gone_and_it_is_used_again_when_it_is_back() {
    let mut fleet = Fleet::start(2, &[]);
    let load = Load::on(&fleet.services);
    load.goes_on(500).await;
    fleet.redis.kill();
    load.goes_on(500).await;
    for service in &fleet.services {
        let ready = json!({ "status": "ready", "database": "answers", "cache": "does not answer" });
        let answer = service.get("/readyz").await;
        assert_eq!((answer.status, answer.json()), (StatusCode::OK, ready));
    }
    fleet.redis.restart();
    load.goes_on(500).await;
    for service in &fleet.services {
        let answers = async || service.get("/readyz").await.json()["cache"] == "answers";
        eventually(PATIENCE, "the cache answers again", answers).await;
        let hits = async || service.get("/users/1").await.header("cache") == Some("hit");
        eventually(PATIENCE, "there are hits again", hits).await;
    }
    load.end().await;
}

#[tokio::test]
async fn no_request_fails_while_redis_is_frozen() {
    let fleet = Fleet::start(1, &[]);
    let load = Load::on(&fleet.services);
    load.goes_on(200).await;
    fleet.redis.freeze();
    load.goes_on(200).await;
    fleet.redis.thaw();
    load.goes_on(200).await;
    load.end().await;
}

#[tokio::test]
async fn a_probe_does_not_wait_as_long_as_the_cache_may() {
    let fleet = Fleet::start(1, &[("CACHE_OPERATION_TIMEOUT", "1h")]);
    let service = &fleet.services[0];
    assert_eq!(service.get("/readyz").await.json()["cache"], "answers");
    fleet.redis.freeze();
    let answer = timeout(PATIENCE, service.get("/readyz")).await.unwrap();
    assert_eq!((answer.status, &answer.json()["cache"]), (StatusCode::OK, &json!("does not answer")));
}

#[tokio::test]
async fn it_starts_without_redis() {
    let mut fleet = Fleet::start(0, &[]);
    fleet.redis.kill();
    let (redis, database) = (fleet.redis.url(), fleet.database.url());
    let service = Service::start(&[("REDIS_URL", &redis), ("DATABASE_URL", &database), ("SEED", "10")]);
    assert_eq!(service.get("/readyz").await.status, StatusCode::OK);
    assert_eq!(service.name_of(7).await, "User 7");
}

#[tokio::test]
async fn a_write_that_the_cache_could_not_be_told_of_is_done_and_says_so() {
    let fleet = Fleet::start(1, &[]);
    let service = &fleet.services[0];
    assert_eq!(service.name_of(7).await, "User 7");
    fleet.redis.permit("-del");

    let answer = service.rename(7, "Ada").await;
    assert_eq!(answer.status, StatusCode::OK);
    let warning = "done, but the cache could not be told: others may see what was before for up to 5 minutes";
    let expected = json!({ "id": 7, "tenant": 1, "name": "Ada", "email": "user7@example.com", "warning": warning });
    assert_eq!(answer.json(), expected);
    assert!(service.log().contains("a user was written, but the cache could not be told"), "{}", service.log());
    let counted = r#"user_writes_total{operation="change",invalidation="failed"}"#;
    assert_eq!(service.sample(counted).await, Some(1.0));
    assert_eq!(service.name_of(7).await, "Ada", "the instance that has written it does not use what is old");

    let answer = service.delete("/users/8").await;
    assert_eq!((answer.status, answer.json()), (StatusCode::OK, json!({ "warning": warning })));

    fleet.redis.permit("+del");
    let is_told = async || service.rename(7, "Grace").await.json().get("warning").is_none();
    eventually(PATIENCE, "the cache is told again", is_told).await;
}
