//! The end of an instance, at which nobody loses an answer.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use cache_tests::eventually;
use hyper::{Method, StatusCode};
use serde_json::json;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::client::{Connection, with_json};
use crate::stand::{Database, Fleet, PATIENCE, Service, well};

/// Waits until that many requests wait for their answers, beside the question.
async fn in_flight(service: &Service, requests: f64) {
    let there = async || service.sample("http_requests_in_flight").await == Some(requests + 1.0);
    eventually(PATIENCE, "the requests are under way", there).await;
}

#[tokio::test]
async fn requests_that_are_under_way_at_a_sigterm_are_answered() {
    let mut service = Service::start(&[("SEED", "100"), ("ORIGIN_LATENCY", "500ms")]);
    let mut requests = JoinSet::new();
    for id in 1..=20 {
        let address = service.address;
        requests.spawn(async move { Connection::open(address).await?.get(&format!("/users/{id}")).await });
    }
    in_flight(&service, 20.0).await;
    service.process.terminate().unwrap();
    while let Some(answer) = requests.join_next().await {
        assert_eq!(answer.unwrap().unwrap().status, StatusCode::OK);
    }
    assert_eq!(service.ended().await, well());
    assert!(TcpStream::connect(service.address).await.is_err());
}

#[tokio::test]
async fn ctrl_c_ends_it_as_well() {
    let mut service = Service::start(&[]);
    service.process.interrupt().unwrap();
    assert_eq!(service.ended().await, well());
}

#[tokio::test]
async fn one_that_waits_for_its_database_at_the_start_ends_when_it_is_asked_to() {
    let database = Database::new();
    let mut busy = database.connect().await;
    sqlx::query("BEGIN IMMEDIATE").execute(&mut busy).await.unwrap();
    let mut service = Service::spawn(&[("DATABASE_URL", &database.url())]);
    let has_begun = async || service.log().contains("`REDIS_URL` is not set");
    eventually(PATIENCE, "the service has begun", has_begun).await;
    service.process.terminate().unwrap();
    assert_eq!(service.ended().await, well());
    assert!(service.log().contains("asked to end before it has begun"), "{}", service.log());
}

#[tokio::test]
async fn who_asks_twice_does_not_wait_for_the_balancers() {
    let mut service = Service::start(&[("DRAIN", "1h")]);
    service.process.terminate().unwrap();
    let drains = async || service.get("/readyz").await.status == StatusCode::SERVICE_UNAVAILABLE;
    eventually(PATIENCE, "the service is going to end", drains).await;
    service.process.interrupt().unwrap();
    assert_eq!(service.ended().await, well());
}

#[tokio::test]
async fn connections_that_are_idle_hold_nothing_up() {
    let mut service = Service::start(&[("SEED", "10")]);
    let mut idle = Connection::open(service.address).await.unwrap();
    assert_eq!(idle.get("/users/1").await.unwrap().status, StatusCode::OK);
    service.process.terminate().unwrap();
    assert_eq!(service.ended().await, well());
}

#[tokio::test]
async fn a_request_without_an_end_is_given_up() {
    let variables = [("ORIGIN_LATENCY", "1h"), ("REQUEST_TIMEOUT", "1h"), ("SHUTDOWN_TIMEOUT", "200ms")];
    let mut service = Service::start(&variables);
    let address = service.address;
    let request = tokio::spawn(async move { Connection::open(address).await?.get("/users/1").await });
    in_flight(&service, 1.0).await;
    service.process.terminate().unwrap();
    assert_eq!(service.ended().await, well());
    assert!(request.await.unwrap().is_err());
    assert!(service.log().contains("did not end within 200ms"), "{}", service.log());
}

#[tokio::test]
async fn a_write_whose_client_has_gone_is_done_and_told_to_the_others() {
    let mut fleet = Fleet::start(2, &[("ORIGIN_LATENCY", "300ms")]);
    assert_eq!(fleet.services[1].name_of(7).await, "User 7");
    let address = fleet.services[0].address;
    let body = json!({ "name": "Ada", "email": "user7@example.com" });
    let client =
        tokio::spawn(
            async move { Connection::open(address).await?.send(with_json(Method::PUT, "/users/7", &body)).await },
        );
    in_flight(&fleet.services[0], 1.0).await;
    client.abort();
    in_flight(&fleet.services[0], 0.0).await;
    fleet.services[0].process.terminate().unwrap();
    assert_eq!(fleet.services[0].ended().await, well());
    assert_eq!(fleet.services[1].name_of(7).await, "Ada");
}

/// An instance as a balancer knows it.
struct Known {
    address: SocketAddr,
    is_ready: AtomicBool,
}

/// Asks all the time whether it is ready, as balancers do, until it is not there any more.
async fn probe(instance: Arc<Known>) {
    while let Ok(mut connection) = Connection::open(instance.address).await {
        let ready = connection.get("/readyz").await.is_ok_and(|answer| answer.status == StatusCode::OK);
        instance.is_ready.store(ready, Ordering::SeqCst);
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn behind_a_balancer_no_request_is_lost_when_an_instance_ends() {
    let mut fleet = Fleet::start(2, &[("DRAIN", "2s"), ("ORIGIN_LATENCY", "5ms")]);
    let known = |service: &Service| Arc::new(Known { address: service.address, is_ready: true.into() });
    let instances: Arc<[_]> = fleet.services.iter().map(known).collect();
    let mut probes: JoinSet<()> = instances.iter().cloned().map(probe).collect();
    let (stop, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU32::new(0)));
    let mut clients = JoinSet::new();
    for number in 0..8_usize {
        let (instances, stop, answered) = (Arc::clone(&instances), Arc::clone(&stop), Arc::clone(&answered));
        clients.spawn(async move {
            for round in number.. {
                if stop.load(Ordering::SeqCst) {
                    return;
                }
                let ready: Vec<_> = instances.iter().filter(|one| one.is_ready.load(Ordering::SeqCst)).collect();
                let path = format!("/users/{}", round % 1000 + 1);
                let answer = Connection::open(ready[round % ready.len()].address).await.unwrap().get(&path).await;
                assert_eq!(answer.unwrap().status, StatusCode::OK);
                answered.fetch_add(1, Ordering::SeqCst);
            }
        });
    }
    let goes_on = async || {
        let from = answered.load(Ordering::SeqCst);
        eventually(PATIENCE, "requests are answered", async || answered.load(Ordering::SeqCst) > from + 200).await;
    };
    goes_on().await;
    fleet.services[0].process.terminate().unwrap();
    let left = async || !instances[0].is_ready.load(Ordering::SeqCst);
    eventually(PATIENCE, "the balancer has noticed", left).await;
    goes_on().await;
    assert_eq!(fleet.services[0].ended().await, well());
    goes_on().await;
    stop.store(true, Ordering::SeqCst);
    while let Some(client) = clients.join_next().await {
        client.unwrap();
    }
    probes.abort_all();
    assert!(fleet.services[0].log().contains("ended"));
}
