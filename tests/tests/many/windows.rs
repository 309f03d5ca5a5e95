//! Entries past their ttl, in one call with others.

use std::time::Duration;

use cache_runtime::__private::Spec;
use cache_runtime::Policy;
use cache_tests::eventually;
use tokio::time::advance;

use crate::stand::{Act, PATIENCE, Sick, Stand, TTL, users};

const STALE: Policy = Policy::new(TTL).stale_while_revalidate(TTL);
const IF_ERROR: Policy = Policy::new(TTL).stale_if_error(TTL);
const PATIENT: Policy = IF_ERROR.soft_timeout(Duration::from_millis(50));
static STALE_USERS: Spec = Spec::new("get_users", "user:{id}", &["user:", ""], STALE);
static AHEAD_USERS: Spec = Spec::new("get_users", "user:{id}", &["user:", ""], Policy::new(TTL).refresh_ahead(0.5));
static IF_ERROR_USERS: Spec = Spec::new("get_users", "user:{id}", &["user:", ""], IF_ERROR);
static PATIENT_USERS: Spec = Spec::new("get_users", "user:{id}", &["user:", ""], PATIENT);

async fn aged(spec: &'static Spec, ids: &[u64], age: Duration) -> Stand {
    let stand = Stand::in_memory();
    stand.owned(spec, ids).await.unwrap();
    advance(age).await;
    stand
}

#[tokio::test(start_paused = true)]
async fn stale_ones_are_the_answer_and_reloaded_by_one_call_in_the_background() {
    let stand = aged(&STALE_USERS, &[1, 2, 3], TTL + TTL / 2).await;
    // What is missing is loaded at once, and by itself.
    assert_eq!(stand.owned(&STALE_USERS, &[1, 9, 2, 3]).await, users(&[(1, 1), (2, 1), (3, 1), (9, 2)]));
    eventually(PATIENCE, "the reload ends", async || stand.cache.stats().reloads == 3).await;
    assert_eq!(stand.origin.asked(), [vec![1, 2, 3], vec![9], vec![1, 2, 3]]);
    assert_eq!(stand.owned(&STALE_USERS, &[1, 9, 2, 3]).await, users(&[(1, 3), (2, 3), (3, 3), (9, 2)]));
}

#[tokio::test(start_paused = true)]
async fn those_that_expire_soon_are_reloaded_by_one_call_in_the_background() {
    let stand = aged(&AHEAD_USERS, &[1, 2], TTL * 3 / 4).await;
    assert_eq!(stand.owned(&AHEAD_USERS, &[1, 2]).await, users(&[(1, 1), (2, 1)]));
    eventually(PATIENCE, "the reload ends", async || stand.cache.stats().reloads == 2).await;
    assert_eq!(stand.origin.asked(), [[1, 2], [1, 2]]);
    assert_eq!(stand.owned(&AHEAD_USERS, &[1, 2]).await, users(&[(1, 2), (2, 2)]));
}

#[tokio::test(start_paused = true)]
async fn what_is_invalidated_while_it_is_reloaded_is_not_stored_and_the_others_are() {
    let stand = aged(&STALE_USERS, &[1, 2], TTL + TTL / 2).await;
    stand.origin.hold();
    stand.owned(&STALE_USERS, &[1, 2]).await.unwrap();
    stand.origin.until_asked(2).await;
    stand.cache.invalidate("user:1").await.unwrap();
    stand.origin.release();
    eventually(PATIENCE, "the reload ends", async || stand.cache.stats().reloads == 2).await;
    assert_eq!(stand.owned(&STALE_USERS, &[1, 2]).await, users(&[(1, 3), (2, 2)]));
}

#[tokio::test(start_paused = true)]
async fn old_values_are_the_answer_to_a_failure_only_if_all_that_failed_have_one() {
    let stand = aged(&IF_ERROR_USERS, &[1, 2], TTL + TTL / 2).await;
    stand.origin.will(Act::Fail);
    assert_eq!(stand.of(&IF_ERROR_USERS, &[1, 3]).await, Err(Sick), "3 has none");
    assert_eq!(stand.of(&IF_ERROR_USERS, &[1, 2]).await, users(&[(1, 1), (2, 1)]));
    // Their origin rests.
    assert_eq!(stand.of(&IF_ERROR_USERS, &[2, 1]).await, users(&[(1, 1), (2, 1)]));
    assert_eq!(stand.origin.asked(), [vec![1, 2], vec![1, 3], vec![2]]);
}

#[tokio::test(start_paused = true)]
async fn a_patient_call_takes_the_old_values_and_its_load_goes_on() {
    let stand = aged(&PATIENT_USERS, &[1, 2], TTL + TTL / 2).await;
    stand.origin.hold();
    assert_eq!(stand.owned(&PATIENT_USERS, &[1, 2]).await, users(&[(1, 1), (2, 1)]));
    assert_eq!(stand.origin.asked().len(), 2);
    stand.origin.release();
    eventually(PATIENCE, "the load ends", async || stand.cache.stats().reloads == 2).await;
    assert_eq!(stand.owned(&PATIENT_USERS, &[1, 2]).await, users(&[(1, 2), (2, 2)]));
    assert_eq!(stand.origin.asked(), [[1, 2], [1, 2]]);
}

#[tokio::test(start_paused = true)]
async fn a_patient_call_gets_what_is_loaded_in_time() {
    let stand = aged(&PATIENT_USERS, &[1, 2], TTL + TTL / 2).await;
    assert_eq!(stand.owned(&PATIENT_USERS, &[1, 2]).await, users(&[(1, 2), (2, 2)]));
    assert_eq!(stand.owned(&PATIENT_USERS, &[1, 2]).await, users(&[(1, 2), (2, 2)]));
}

#[tokio::test(start_paused = true)]
async fn who_has_no_old_value_of_one_of_them_waits() {
    let stand = aged(&PATIENT_USERS, &[1, 2], TTL + TTL / 2).await;
    stand.origin.hold();
    let call = tokio::spawn(stand.owned(&PATIENT_USERS, &[1, 3]));
    stand.origin.until_asked(2).await;
    advance(TTL / 10).await;
    assert!(!call.is_finished());
    stand.origin.release();
    assert_eq!(call.await.unwrap(), users(&[(1, 2), (3, 2)]));
}
