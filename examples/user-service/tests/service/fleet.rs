//! Two instances: what one of them writes, the other one reads.

use cache_tests::eventually;
use hyper::StatusCode;
use serde_json::json;

use crate::stand::{Fleet, PATIENCE};

#[tokio::test]
async fn what_one_instance_has_written_the_other_one_reads_from_then_on() {
    let fleet = Fleet::start(2, &[]);
    let [one, other] = &*fleet.services else { panic!("two were started") };
    for round in 0..50 {
        let name = format!("Ada {round}");
        assert_eq!(one.rename(7, &name).await.status, StatusCode::OK);
        assert_eq!(other.name_of(7).await, name);
        assert_eq!(other.get("/users?ids=6,7").await.json()["users"][1]["name"], *name);
        assert_eq!(other.get("/tenants/1/users").await.json()["users"][6]["name"], *name);
    }
    assert_eq!(one.delete("/users/7").await.status, StatusCode::NO_CONTENT);
    assert_eq!(other.get("/users/7").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_kept_near_is_forgotten_in_the_other_instance_too() {
    let fleet = Fleet::start(2, &[("CACHE_NEAR", "1m")]);
    let [one, other] = &*fleet.services else { panic!("two were started") };
    for round in 0..20 {
        let name = format!("Ada {round}");
        one.rename(7, &name).await;
        assert_eq!(one.name_of(7).await, name, "at once, in the process that has written it");
        eventually(PATIENCE, "the other instance reads it", async || other.name_of(7).await == name).await;
    }
}

#[tokio::test]
async fn a_user_is_loaded_once_for_all_instances() {
    let fleet = Fleet::start(2, &[]);
    let [one, other] = &*fleet.services else { panic!("two were started") };
    assert_eq!(one.name_of(7).await, "User 7");
    // Past the service, so that nobody forgets what is cached.
    let statement = "UPDATE users SET name = 'Ada' WHERE id = 7";
    sqlx::query(statement).execute(&mut fleet.database.connect().await).await.unwrap();
    assert_eq!(other.name_of(7).await, "User 7");
    assert_eq!(other.get("/users?ids=7").await.json()["users"][0]["name"], "User 7", "the same entry");
    assert_eq!(one.rename(7, "Eve").await.status, StatusCode::OK);
    assert_eq!(other.name_of(7).await, "Eve");
}

#[tokio::test]
async fn instances_that_start_together_make_one_database() {
    let fleet = Fleet::start(4, &[]);
    for service in &fleet.services {
        let last = service.get("/tenants/10/users").await.json();
        assert_eq!((last["users"].as_array().unwrap().len(), &last["users"][99]["id"]), (100, &json!(1000)));
    }
    let made: Vec<_> = fleet.services.iter().filter(|service| service.log().contains("made up users")).collect();
    assert_eq!(made.len(), 1);
}
