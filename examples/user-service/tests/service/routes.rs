//! What the routes do when all is well, on a cache that is embedded.

use hyper::StatusCode;
use serde_json::json;

use crate::stand::Service;

fn with_users() -> Service {
    Service::start(&[("SEED", "1000")])
}

#[tokio::test]
async fn a_user_who_was_not_there_is_there_once_created() {
    let service = Service::start(&[]);
    assert_eq!(service.get("/users/1").await.status, StatusCode::NOT_FOUND);

    let ada = json!({ "tenant": 7, "name": "Ada", "email": "ada@example.com" });
    let created = service.post("/users", &ada).await;
    assert_eq!((created.status, created.header("location")), (StatusCode::CREATED, Some("/users/1")));
    let expected = json!({ "id": 1, "tenant": 7, "name": "Ada", "email": "ada@example.com" });
    assert_eq!(created.json(), expected);
    assert_eq!(service.get("/users/1").await.json(), expected);
}

#[tokio::test]
async fn a_user_is_changed_and_deleted() {
    let service = with_users();
    assert_eq!(service.name_of(7).await, "User 7");
    let changed = service.rename(7, "Ada").await;
    assert_eq!((changed.status, changed.json()["name"].as_str()), (StatusCode::OK, Some("Ada")));
    assert_eq!(changed.json().get("warning"), None);
    assert_eq!(service.name_of(7).await, "Ada");

    let deleted = service.delete("/users/7").await;
    assert_eq!((deleted.status, deleted.body.len()), (StatusCode::NO_CONTENT, 0));
    assert_eq!(service.get("/users/7").await.status, StatusCode::NOT_FOUND);
    assert_eq!(service.delete("/users/7").await.status, StatusCode::NOT_FOUND);
    assert_eq!(service.rename(7, "Eve").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn many_users_come_in_the_order_of_the_question_and_those_who_are_not_there_are_named() {
    let service = with_users();
    let answer = service.get("/users?ids=9,2,5000,9,5000,4").await.json();
    let ids: Vec<_> = answer["users"].as_array().unwrap().iter().map(|user| user["id"].as_i64().unwrap()).collect();
    assert_eq!((ids, &answer["missing"]), (vec![9, 2, 4], &json!([5000])));
    service.rename(2, "Ada").await;
    assert_eq!(service.get("/users?ids=9,2").await.json()["users"][1]["name"], "Ada");
}

#[tokio::test]
async fn the_users_of_a_tenant_come_in_pages_and_change_with_each_of_them() {
    let service = with_users();
    let first = service.get("/tenants/3/users").await.json();
    assert_eq!((first["users"].as_array().unwrap().len(), &first["next"]), (100, &json!(300)));
    let rest = service.get("/tenants/3/users?after=300").await.json();
    assert_eq!(rest, json!({ "users": [], "next": null }));

    let ada = json!({ "tenant": 3, "name": "Ada", "email": "ada@example.com" });
    service.post("/users", &ada).await;
    assert_eq!(service.get("/tenants/3/users?after=300").await.json()["users"][0]["name"], "Ada");
    service.rename(201, "Grace").await;
    assert_eq!(service.get("/tenants/3/users").await.json()["users"][0]["name"], "Grace");
    service.delete("/users/201").await;
    assert_eq!(service.get("/tenants/3/users").await.json()["users"][0]["id"], 202);
}

#[tokio::test]
async fn an_id_is_never_given_twice() {
    let service = Service::start(&[]);
    let user = |name: &str| json!({ "tenant": 1, "name": name, "email": format!("{name}@example.com") });
    assert_eq!(service.post("/users", &user("ada")).await.json()["id"], 1);
    service.delete("/users/1").await;
    assert_eq!(service.post("/users", &user("eve")).await.json()["id"], 2);
}

#[tokio::test]
async fn it_lives_and_is_ready() {
    let service = Service::start(&[]);
    assert_eq!(service.get("/healthz").await.json(), json!({ "status": "alive" }));
    let ready = json!({ "status": "ready", "database": "answers", "cache": "answers" });
    let answer = service.get("/readyz").await;
    assert_eq!((answer.status, answer.json()), (StatusCode::OK, ready));
}

#[tokio::test]
async fn requests_are_counted_by_route() {
    let service = with_users();
    for path in ["/users/1", "/users/2", "/users/0", "/nowhere", "/users/../etc"] {
        service.get(path).await;
    }
    let route = r#"http_requests_total{route="/users/{id}",method="GET","#;
    assert_eq!(service.sample(&format!(r#"{route}status="200"}}"#)).await, Some(2.0));
    assert_eq!(service.sample(&format!(r#"{route}status="400"}}"#)).await, Some(1.0));
    let none = r#"http_requests_total{route="none",method="GET",status="404"}"#;
    assert_eq!(service.sample(none).await, Some(2.0));
    let timed = r#"http_request_seconds_count{route="/users/{id}",method="GET"}"#;
    assert_eq!(service.sample(timed).await, Some(3.0));
    assert_eq!(service.sample("http_requests_in_flight").await, Some(1.0), "the question itself");
}
