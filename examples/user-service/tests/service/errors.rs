//! What clients are told when it is their mistake, or that of what is behind the service.

use std::process::Command;

use http_body_util::Full;
use hyper::{Method, Request, StatusCode};
use serde_json::json;

use crate::stand::{Database, PROGRAM, Service};

/// Method, path, content type, body; status, and what the sentence has in it.
type Mistake = (&'static str, &'static str, &'static str, String, u16, &'static str);

fn mistakes() -> Vec<Mistake> {
    let json = "application/json";
    let none = String::new;
    let ids = vec!["1"; 101].join(",");
    vec![
        ("GET", "/users/0", "", none(), 400, "an id is a whole number from 1 on"),
        ("GET", "/users/seven", "", none(), 400, "an id is a whole number from 1 on"),
        ("GET", "/users/99999999999999999999", "", none(), 400, "an id is a whole number from 1 on"),
        ("GET", "/users/%FF", "", none(), 400, "the path is not UTF-8"),
        ("GET", "/users", "", none(), 400, "missing field `ids`"),
        ("GET", "/users?ids=", "", none(), 400, "an id is a whole number from 1 on"),
        ("GET", "/users?ids=1,,2", "", none(), 400, "an id is a whole number from 1 on"),
        ("GET", "/users?ids=1&name=Ada", "", none(), 400, "unknown field `name`, expected `ids`"),
        ("GET", Box::leak(format!("/users?ids={ids}").into_boxed_str()), "", none(), 400, "`ids` are 100 at most"),
        ("GET", "/tenants/x/users", "", none(), 400, "an id is a whole number from 1 on"),
        ("GET", "/tenants/1/users?after=x", "", none(), 400, "the query is not what is expected"),
        ("GET", "/tenants/1/users?after=-1", "", none(), 400, "`after` is an id, or 0"),
        ("GET", "/user/1", "", none(), 404, "there is nothing at this path"),
        ("GET", "/users/5000", "", none(), 404, "there is no such user"),
        ("PATCH", "/users/1", json, none(), 405, "no such method"),
        ("DELETE", "/users", "", none(), 405, "no such method"),
        ("POST", "/healthz", "", none(), 405, "no such method"),
        ("POST", "/users", json, "{".to_owned(), 400, "the body is not what is expected: EOF"),
        ("POST", "/users", json, r#"{"tenant":1,"name":"Ada"}"#.to_owned(), 400, "missing field `email`"),
        ("POST", "/users", json, r#"{"tenant":"1"}"#.to_owned(), 400, "invalid type: string"),
        (
            "POST",
            "/users",
            json,
            r#"{"tenant":0,"name":"A","email":"a@b"}"#.to_owned(),
            400,
            "`tenant` is a whole number",
        ),
        ("POST", "/users", json, r#"{"tenant":1,"name":" ","email":"a@b"}"#.to_owned(), 400, "`name` is a text"),
        ("POST", "/users", json, r#"{"tenant":1,"name":"A","email":"a"}"#.to_owned(), 400, "`email` is an address"),
        ("PUT", "/users/1", json, r#"{"name":"A","email":"a\n@b"}"#.to_owned(), 400, "`email` is an address"),
        ("PUT", "/users/1", json, r#"{"name":"A","email":"a@b","id":2}"#.to_owned(), 400, "unknown field `id`"),
        ("PUT", "/users/1", json, r#"{"name":"A","email":"user2@example.com"}"#.to_owned(), 409, "another user has"),
        ("PUT", "/users/1", "text/plain", "{}".to_owned(), 415, "`content-type: application/json`"),
        ("PUT", "/users/1", json, " ".repeat(17 << 10), 413, "16 KiB are accepted"),
    ]
}

#[tokio::test]
async fn a_mistake_of_a_client_is_told_in_one_sentence() {
    let service = Service::start(&[("SEED", "10")]);
    for (method, path, kind, body, status, sentence) in mistakes() {
        let request = Request::builder().method(Method::from_bytes(method.as_bytes()).unwrap()).uri(path);
        let request = if kind.is_empty() { request } else { request.header("content-type", kind) };
        let answer = service.send(request.body(Full::from(body)).unwrap()).await;
        let told = answer.json();
        assert_eq!(answer.status.as_u16(), status, "{method} {path}: {told}");
        assert!(told["error"].as_str().unwrap().contains(sentence), "{method} {path}: {told}");
        assert_eq!(told.as_object().unwrap().len(), 1, "{method} {path}: {told}");
    }
    // Nothing of that was the service's fault.
    assert!(!service.log().contains("ERROR"), "{}", service.log());
}

#[tokio::test]
async fn what_a_database_complains_of_is_logged_and_not_told() {
    let database = Database::new();
    let service = Service::start(&[("DATABASE_URL", &database.url()), ("SEED", "10")]);
    assert_eq!(service.name_of(1).await, "User 1");
    sqlx::query("DROP TABLE users").execute(&mut database.connect().await).await.unwrap();

    let answer = service.get("/users/2").await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(answer.json(), json!({ "error": "something went wrong here, and was noted" }));
    assert!(service.log().contains("no such table: users"), "{}", service.log());
    // What is cached is there all the same, and the instance is not ready for more.
    assert_eq!(service.name_of(1).await, "User 1");
    assert_eq!(service.get("/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(service.get("/healthz").await.status, StatusCode::OK);
}

#[tokio::test]
async fn who_writes_to_a_database_that_is_too_busy_is_asked_to_come_again() {
    let database = Database::new();
    let service = Service::start(&[("DATABASE_URL", &database.url()), ("SEED", "10")]);
    let mut busy = database.connect().await;
    sqlx::query("BEGIN IMMEDIATE").execute(&mut busy).await.unwrap();

    let answer = service.rename(1, "Ada").await;
    assert_eq!((answer.status, answer.header("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, Some("1")));
    assert_eq!(service.name_of(1).await, "User 1");
    sqlx::query("COMMIT").execute(&mut busy).await.unwrap();
    assert_eq!(service.rename(1, "Ada").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_given_up() {
    let service = Service::start(&[("SEED", "10"), ("ORIGIN_LATENCY", "1h"), ("REQUEST_TIMEOUT", "50ms")]);
    let answer = service.get("/users/1").await;
    assert_eq!((answer.status, answer.header("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, Some("1")));
    assert!(answer.json()["error"].as_str().unwrap().contains("took too long"));
}

#[test]
fn an_environment_that_is_not_usable_is_told_at_the_start() {
    let start = |name: &str, text: &str| {
        let ended =
            Command::new(PROGRAM).env_clear().env("DATABASE_URL", "sqlite::memory:").env(name, text).output().unwrap();
        assert_eq!(ended.status.code(), Some(1));
        String::from_utf8(ended.stderr).unwrap()
    };
    let told = start("SEED", "many");
    assert!(told.contains("`SEED` is not understood; expected a number from 0 to 1000000"), "{told}");
    let told = start("CACHE_OPERATION_TIMEOUT", "soon");
    assert!(told.contains("`CACHE_OPERATION_TIMEOUT` is not understood"), "{told}");
    let told = start("DATABASE_URL", "sqlite:///no/such/folder/users.db");
    assert!(told.contains("unable to open database file"), "{told}");
}

#[test]
fn a_health_check_says_whether_somebody_lives() {
    let service = Service::start(&[]);
    let check = |bind: &str| {
        let mut command = Command::new(PROGRAM);
        command.arg("--healthcheck").env_clear().env("BIND", bind).output().unwrap()
    };
    assert!(check(&service.address.to_string()).status.success());
    assert!(check(&format!("0.0.0.0:{}", service.address.port())).status.success());
    drop(service);
    assert_eq!(check("127.0.0.1:1").status.code(), Some(1));
}
