//! The header `cache`, which says where an answer came from.

use cache_tests::eventually;

use crate::stand::{Fleet, PATIENCE, Service};

async fn cache_header(service: &Service, path: &str) -> Option<String> {
    service.get(path).await.header("cache").map(ToOwned::to_owned)
}

async fn says(service: &Service, path: &str, expected: &str) {
    assert_eq!(cache_header(service, path).await.as_deref(), Some(expected), "{path}");
}

#[tokio::test]
async fn what_one_instance_has_loaded_is_a_hit_in_the_other() {
    let fleet = Fleet::start(2, &[]);
    let [one, other] = &*fleet.services else { panic!("two were started") };
    for path in ["/users/7", "/users?ids=1,2,3", "/tenants/1/users"] {
        says(one, path, "miss").await;
        says(other, path, "hit").await;
        says(one, path, "hit").await;
    }
    says(one, "/users/2", "hit").await;
    says(one, "/users?ids=3,4", "miss").await;
    says(other, "/users?ids=7,4", "hit").await;
}

#[tokio::test]
async fn who_is_not_there_is_asked_for_each_time() {
    let service = Service::start(&[]);
    for _ in 0..2 {
        says(&service, "/users/1", "miss").await;
    }
}

#[tokio::test]
async fn who_does_not_ask_the_cache_does_not_speak_of_it() {
    let service = Service::start(&[("SEED", "10")]);
    for path in ["/healthz", "/readyz", "/metrics", "/nowhere", "/users/0"] {
        assert_eq!(cache_header(&service, path).await, None, "{path}");
    }
    assert_eq!(service.rename(7, "Ada").await.header("cache"), None);
}

#[tokio::test]
async fn what_is_kept_in_the_process_is_near() {
    let fleet = Fleet::start(1, &[("CACHE_NEAR", "1m")]);
    let service = &fleet.services[0];
    says(service, "/users/7", "miss").await;
    let is_near = async || cache_header(service, "/users/7").await.as_deref() == Some("near");
    eventually(PATIENCE, "it is kept", is_near).await;
}

#[tokio::test]
async fn the_old_page_of_a_tenant_is_the_answer_while_a_new_one_is_loaded() {
    let fleet = Fleet::start(1, &[]);
    let service = &fleet.services[0];
    says(service, "/tenants/1/users", "miss").await;
    // It is kept for 90 s, of which 60 are its ttl. Where 20 are left, it is 70 s old.
    let shortened = fleet.redis.connect_to("tenant:1:users:0").command(&["PEXPIRE", "tenant:1:users:0", "20000"]);
    assert_eq!(shortened.unwrap().integer(), 1);
    says(service, "/tenants/1/users", "stale").await;
    let is_new = async || cache_header(service, "/tenants/1/users").await.as_deref() == Some("hit");
    eventually(PATIENCE, "the new page is there", is_new).await;
}

#[tokio::test]
async fn an_old_user_is_better_than_none() {
    let fleet = Fleet::start(1, &[]);
    let service = &fleet.services[0];
    says(service, "/users/7", "miss").await;
    // It is kept for 15 minutes, of which 5 are its ttl.
    let shortened = fleet.redis.connect_to("user:7").command(&["PEXPIRE", "user:7", "300000"]);
    assert_eq!(shortened.unwrap().integer(), 1);
    sqlx::query("DROP TABLE users").execute(&mut fleet.database.connect().await).await.unwrap();
    says(service, "/users/7", "stale").await;
    assert_eq!(service.name_of(7).await, "User 7");
}

#[tokio::test]
async fn reads_leave_the_cache_alone_where_that_is_asked_for() {
    let service = Service::start(&[("SEED", "10"), ("CACHE_BYPASS", "on")]);
    for _ in 0..2 {
        says(&service, "/users/7", "bypass").await;
    }
}
