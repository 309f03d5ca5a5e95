//! What follows a success, and what follows a failure.

use cache_runtime::{Cache, invalidates, with_cache, write_through};

use crate::{Failed, Res, User, get_user, is_stored, memory, names, settle, user, with_user_7};

#[invalidates(get_user(id), names::name_of(&tenant, id), names::default_of::<u32>())]
async fn rename(id: u64, tenant: String, outcome: Res<()>) -> Res<()> {
    drop((id, tenant));
    // Until the body has returned, what it changes may be read.
    assert!(get_user::peek(7).await.is_some());
    outcome
}

#[tokio::test]
async fn after_a_success_every_target_is_invalidated() {
    with_user_7(async {
        names::name_of("a", 7).await;
        names::name_of("a", 8).await;
        names::default_of::<u32>().await;
        rename(7, "a".to_owned(), Ok(())).await.unwrap();
        assert!(!is_stored().await);
        assert_eq!(names::name_of::peek("a", 7).await, None);
        assert_eq!(names::default_of::peek::<u32>().await, None);
        assert!(names::name_of::peek("a", 8).await.is_some(), "another entry");
    })
    .await;
}

#[tokio::test]
async fn after_a_failure_nothing_is_invalidated_whatever_the_result_is_called() {
    with_user_7(async {
        assert_eq!(rename(7, "a".to_owned(), Err(Failed)).await, Err(Failed));
        settle().await;
        assert!(is_stored().await);
    })
    .await;
}

#[invalidates(get_user(id))]
async fn touch(id: u64) {}

#[tokio::test]
async fn a_function_that_returns_nothing_always_succeeds() {
    with_user_7(async {
        touch(7).await;
        assert!(!is_stored().await);
    })
    .await;
}

#[invalidates(get_user(returned.id))]
async fn merge(name: String) -> Res<Option<User>> {
    match name.as_str() {
        "" => Err(Failed),
        "nobody" => Ok(None),
        _ => Ok(Some(User { id: 7, name })),
    }
}

#[tokio::test]
async fn a_target_may_need_what_was_returned() {
    with_user_7(async {
        merge(String::new()).await.unwrap_err();
        assert_eq!(merge("nobody".to_owned()).await, Ok(None));
        settle().await;
        assert!(is_stored().await);
        assert_eq!(merge("ada".to_owned()).await, Ok(Some(user(7, "ada"))));
        assert!(!is_stored().await);
    })
    .await;
}

#[write_through(get_user(id))]
async fn save(id: u64, name: Option<&str>) -> Option<User> {
    name.map(|name| user(id, name))
}

#[write_through(get_user(returned.id))]
async fn create(name: &str) -> Result<User, Failed> {
    if name.is_empty() { Err(Failed) } else { Ok(user(7, name)) }
}

#[tokio::test]
async fn what_is_returned_is_stored() {
    with_user_7(async {
        assert_eq!(save(7, Some("saved")).await, Some(user(7, "saved")));
        assert_eq!(get_user::peek(7).await, Some(user(7, "saved")));
        create("").await.unwrap_err();
        settle().await;
        assert_eq!(get_user::peek(7).await, Some(user(7, "saved")));
        create("created").await.unwrap();
        assert_eq!(get_user::peek(7).await, Some(user(7, "created")));
    })
    .await;
}

#[tokio::test]
async fn where_nothing_is_returned_the_entry_is_invalidated() {
    with_user_7(async {
        assert_eq!(save(7, None).await, None);
        assert!(!is_stored().await);
    })
    .await;
}

#[invalidates(names::name_of(tenant, 7))]
#[write_through(get_user(id))]
async fn both(id: u64, tenant: &str) -> Res<User> {
    Ok(user(id, tenant))
}

#[tokio::test]
async fn attributes_may_be_stacked() {
    with_user_7(async {
        names::name_of("a", 7).await;
        both(7, "a").await.unwrap();
        assert_eq!(get_user::peek(7).await, Some(user(7, "a")));
        assert_eq!(names::name_of::peek("a", 7).await, None);
    })
    .await;
}

#[invalidates(tag = "tenant:{tenant}", tag = "pair:{pair.0}:{T}", cache = cache)]
async fn forget<T>(tenant: &str, pair: (T, u8), cache: &Cache) -> Result<(), Box<dyn std::error::Error>>
where
    T: std::fmt::Display + Send + Sync,
{
    if tenant.is_empty() {
        Err(std::fmt::Error)?;
    }
    drop(pair);
    Ok(())
}

#[tokio::test]
async fn tags_are_templates_over_parameters() {
    let cache = memory();
    forget("a", (7_u8, 8), &cache).await.unwrap();
    assert_eq!(cache.stats().invalidations, 2);
    forget("", (7_u8, 8), &cache).await.unwrap_err();
    assert_eq!(cache.stats().invalidations, 2);
}

#[invalidates(names::name_of(&format!("{returned}a"), 7), names::name_of(&format!("{}b", (returned)), 7))]
async fn in_a_text(answer: &str) -> Option<String> {
    Some(answer.to_owned())
}

#[tokio::test]
async fn what_is_returned_is_seen_wherever_a_macro_names_it() {
    with_cache(memory(), async {
        for name in ["aa", "ab"] {
            names::name_of(name, 7).await;
        }
        in_a_text("a").await;
        assert_eq!((names::name_of::peek("aa", 7).await, names::name_of::peek("ab", 7).await), (None, None));
    })
    .await;
}

#[invalidates(get_user({ let returned = id; returned.min(id) }))]
async fn of_its_own(id: u64) -> Option<u64> {
    (id > 7).then_some(id)
}

#[tokio::test]
async fn a_variable_of_that_name_is_not_what_is_returned() {
    with_user_7(async {
        assert_eq!(of_its_own(7).await, None);
        assert!(!is_stored().await);
    })
    .await;
}

#[invalidates(names::name_of(returned, 7))]
async fn borrowed_answer(answer: &str) -> Option<&str> {
    Some(answer)
}

#[invalidates(names::name_of(name, 7))]
async fn shadowing(returned: u64, Named { name, .. }: Named<'_>, mut count: u64) -> u64 {
    #![allow(clippy::let_and_return)]
    count += returned;
    let argument0_0 = count;
    argument0_0
}

struct Named<'a> {
    name: &'a str,
}

#[tokio::test]
async fn what_is_returned_may_be_borrowed_and_parameters_may_be_called_anything() {
    with_cache(memory(), async {
        names::name_of("a", 7).await;
        assert_eq!(borrowed_answer("a").await, Some("a"));
        assert_eq!(names::name_of::peek("a", 7).await, None);
        names::name_of("a", 7).await;
        assert_eq!(shadowing(1, Named { name: "a" }, 2).await, 3);
        assert_eq!(names::name_of::peek("a", 7).await, None);
    })
    .await;
}

#[invalidates(tag = "tenant:{tenant}")]
async fn move_out(tenant: &str, outcome: Res<()>) -> Res<()> {
    outcome
}

#[tokio::test]
async fn a_tag_forgets_every_entry_that_has_it_and_no_other() {
    with_cache(memory(), async {
        for (tenant, id) in [("a:b", 7), ("a:b", 8), ("a", 7)] {
            names::name_of(tenant, id).await;
        }
        move_out("a:b", Err(Failed)).await.unwrap_err();
        settle().await;
        assert!(names::name_of::peek("a:b", 7).await.is_some());
        move_out("a:b", Ok(())).await.unwrap();
        assert_eq!((names::name_of::peek("a:b", 7).await, names::name_of::peek("a:b", 8).await), (None, None));
        assert!(names::name_of::peek("a", 7).await.is_some());
    })
    .await;
}
