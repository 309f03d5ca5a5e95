//! `#[invalidates(..)]` and `#[write_through(..)]`: what follows a success, and what a caller that goes away leaves behind.

#![deny(warnings, missing_docs, single_use_lifetimes, unused_lifetimes, clippy::all, clippy::pedantic)]
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use std::future::{Future, pending, poll_fn};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use cache_runtime::{Cache, invalidates, read_through, with_cache, write_through};
use cache_tests::eventually;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct User {
    id: u64,
    name: String,
}

#[derive(Debug, PartialEq)]
struct Failed;

/// A result by a name that says nothing.
type Res<T> = Result<T, Failed>;

fn user(id: u64, name: &str) -> User {
    User { id, name: name.to_owned() }
}

#[read_through(key = "user:{id}", ttl = 60)]
async fn get_user(id: u64) -> Res<Option<User>> {
    Ok(Some(user(id, "loaded")))
}

mod names {
    use cache_runtime::read_through;

    #[read_through(key = "name:{tenant}:{id}", ttl = 60, tags = ["tenant:{tenant}"])]
    pub(crate) async fn name_of(tenant: &str, id: u64) -> String {
        format!("{id} of {tenant}")
    }

    #[read_through(key = "default:{T}", ttl = 60)]
    pub(crate) async fn default_of<T: Default + cache_runtime::Value>() -> Option<T> {
        Some(T::default())
    }
}

fn memory() -> Cache {
    Cache::builder().url("memory://").build().unwrap()
}

/// Runs `test` on a cache in which user 7 is stored.
async fn with_user_7<F: Future>(test: F) -> F::Output {
    with_cache(memory(), async {
        get_user(7).await.unwrap();
        test.await
    })
    .await
}

async fn is_stored() -> bool {
    get_user::peek(7).await.is_some()
}

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

struct Shop {
    tenant: u64,
}

impl Shop {
    #[read_through(key = "price:{self.tenant}:{item}", ttl = 60)]
    async fn price(&self, item: &str) -> Option<u64> {
        Some(self.tenant + item.len() as u64)
    }

    #[read_through(key = "stock:{tenant}", ttl = 60)]
    async fn stock(tenant: u64) -> u64 {
        Self::counted(tenant)
    }

    fn counted(tenant: u64) -> u64 {
        tenant
    }

    #[invalidates(self.price(&item), Self::stock(self.tenant), Shop::stock(*other), tag = "shop:{self.tenant}")]
    async fn sell(&self, item: String, other: &u64) -> std::io::Result<()> {
        drop(item);
        std::io::Result::Ok(())
    }

    #[write_through(self.price(item))]
    async fn set_price(self: Arc<Self>, item: &str, price: u64) -> Res<u64> {
        drop(self);
        if item.is_empty() { Err(Failed) } else { Ok(price) }
    }

    #[invalidates(self.price(&item))]
    async fn move_to(&mut self, tenant: u64, item: String) {
        self.tenant = tenant;
        drop(item);
    }
}

#[tokio::test]
async fn methods_and_associated_functions_are_targets() {
    with_cache(memory(), async {
        let shop = Shop { tenant: 3 };
        shop.price("tea").await;
        Shop::stock(3).await;
        Shop::stock(4).await;
        shop.sell("tea".to_owned(), &4).await.unwrap();
        assert_eq!(shop.price_peek("tea").await, None);
        assert_eq!((Shop::stock_peek(3).await, Shop::stock_peek(4).await), (None, None));
    })
    .await;
}

#[tokio::test]
async fn a_method_may_use_up_its_receiver() {
    with_cache(memory(), async {
        let shop = Arc::new(Shop { tenant: 3 });
        assert_eq!(Arc::clone(&shop).set_price("tea", 9).await, Ok(9));
        assert_eq!(Arc::clone(&shop).set_price("", 9).await, Err(Failed));
        assert_eq!(shop.price_peek("tea").await, Some(9));
        assert_eq!(shop.price_peek("").await, None);
    })
    .await;
}

#[tokio::test]
async fn what_is_forgotten_is_decided_before_the_body_runs() {
    with_cache(memory(), async {
        let mut shop = Shop { tenant: 3 };
        shop.price("tea").await;
        shop.move_to(4, "tea".to_owned()).await;
        assert_eq!(Shop { tenant: 3 }.price_peek("tea").await, None);
    })
    .await;
}

trait Sell {
    async fn sell_again(&self, item: String) -> Res<()>;
}

impl Sell for Shop {
    #[invalidates(self.price(&item))]
    async fn sell_again(&self, item: String) -> Res<()> {
        if item.is_empty() { Err(Failed) } else { Ok(()) }
    }
}

#[async_trait::async_trait]
trait Change: Send + Sync {
    async fn change(&self, item: String, price: u64) -> Res<u64>;
    async fn drop_out(self: Arc<Self>, item: &str) -> Res<()>;
    #[invalidates(names::name_of("a", id))]
    async fn by_default(&self, id: u64) {
        let _ = id;
    }
}

#[async_trait::async_trait]
impl Change for Shop {
    #[write_through(self.price(&item))]
    #[invalidates(Self::stock(returned + self.tenant))]
    async fn change(&self, item: String, price: u64) -> Res<u64> {
        drop(item);
        Ok(price)
    }

    #[invalidates(self.price(item))]
    async fn drop_out(self: Arc<Self>, item: &str) -> Res<()> {
        if item.is_empty() {
            return Err(Failed);
        }
        Ok(())
    }
}

#[tokio::test]
async fn methods_of_traits_change_what_is_cached() {
    with_cache(memory(), async {
        let shop = Arc::new(Shop { tenant: 3 });
        shop.price("tea").await;
        names::name_of("a", 7).await;
        Shop::stock(12).await;
        shop.sell_again(String::new()).await.unwrap_err();
        assert!(shop.price_peek("tea").await.is_some());
        shop.sell_again("tea".to_owned()).await.unwrap();
        assert_eq!(shop.price_peek("tea").await, None);
        let dynamic: Arc<dyn Change> = shop.clone();
        assert_eq!(is_send(dynamic.change("tea".to_owned(), 9)).await, Ok(9));
        assert_eq!((shop.price_peek("tea").await, Shop::stock_peek(12).await), (Some(9), None));
        dynamic.by_default(7).await;
        assert_eq!(names::name_of::peek("a", 7).await, None);
        dynamic.drop_out("tea").await.unwrap();
        assert_eq!(shop.price_peek("tea").await, None);
    })
    .await;
}

#[invalidates(get_user(7))]
fn by_hand(outcome: Res<u64>) -> Pin<Box<dyn Future<Output = Res<u64>> + Send>> {
    Box::pin(async move { outcome })
}

#[tokio::test]
async fn a_plain_function_that_returns_a_boxed_future_is_as_good_as_an_async_one() {
    with_user_7(async {
        by_hand(Err(Failed)).await.unwrap_err();
        assert!(is_stored().await);
        assert_eq!(is_send(by_hand(Ok(1))).await, Ok(1));
        assert!(!is_stored().await);
    })
    .await;
}

/// Does not compile where `future` cannot be sent to another thread.
fn is_send<F: Future + Send>(future: F) -> F {
    future
}

#[invalidates(get_user(id))]
#[write_through(names::name_of("a", id))]
async fn tied(id: u64) -> Result<String, Rc<str>> {
    tokio::task::yield_now().await;
    if id == 0 { Err("none".into()) } else { Ok(id.to_string()) }
}

#[invalidates(get_user(id))]
async fn local(id: u64) -> Result<(), Rc<str>> {
    let here = Rc::new(id);
    tokio::task::yield_now().await;
    if *here == 0 { Err("none".into()) } else { Ok(()) }
}

#[tokio::test]
async fn an_error_need_not_be_sendable() {
    with_user_7(async {
        is_send(tied(0)).await.unwrap_err();
        assert!(is_stored().await);
        is_send(tied(7)).await.unwrap();
        assert!(!is_stored().await);
    })
    .await;
}

#[tokio::test]
async fn a_body_need_not_be_sendable_on_a_local_executor() {
    tokio::task::LocalSet::new()
        .run_until(with_user_7(async {
            local(0).await.unwrap_err();
            assert!(is_stored().await);
            local(7).await.unwrap();
            assert!(!is_stored().await);
        }))
        .await;
}

#[tokio::test]
async fn a_cache_that_fails_leaves_the_result_alone() {
    let builder = Cache::builder().url("redis://127.0.0.1:1").operation_timeout(Duration::from_millis(20));
    let cache = builder.build().unwrap();
    with_cache(cache.clone(), async {
        assert_eq!(rename_unwatched(7).await, Ok("renamed"));
        assert_eq!(cache.stats().invalidation_failures, 1, "{:?}", cache.stats());
        assert_eq!(create("ada").await, Ok(user(7, "ada")));
    })
    .await;
}

#[invalidates(get_user(id))]
async fn rename_unwatched(id: u64) -> Res<&'static str> {
    Ok("renamed")
}

#[invalidates(get_user(id))]
async fn committed(id: u64) -> Res<()> {
    // The change is made, and the answer of the database is awaited.
    pending().await
}

#[write_through(get_user(id))]
async fn stored_in_the_end(id: u64) -> Res<User> {
    pending().await
}

/// Polls `future` once and drops it.
async fn once(future: impl Future) {
    let mut future = pin!(future);
    poll_fn(|context| {
        assert!(future.as_mut().poll(context).is_pending());
        Poll::Ready(())
    })
    .await;
}

#[tokio::test]
async fn a_caller_that_goes_away_while_the_body_runs_leaves_no_old_entry_behind() {
    with_user_7(async {
        once(committed(7)).await;
        eventually(Duration::from_secs(5), "the invalidation happens", async || !is_stored().await).await;
    })
    .await;
    with_user_7(async {
        once(stored_in_the_end(7)).await;
        eventually(Duration::from_secs(5), "the invalidation happens", async || !is_stored().await).await;
    })
    .await;
}

#[tokio::test]
async fn a_caller_that_goes_away_before_the_body_ran_changes_nothing() {
    with_user_7(async {
        drop(committed(7));
        tokio::task::yield_now().await;
        assert!(is_stored().await);
    })
    .await;
}

#[invalidates(get_user(id))]
async fn strange(id: u64) -> Res<()> {
    assert!(id == 0, "the body panics after its change");
    Ok(())
}

#[tokio::test]
async fn a_body_that_panics_leaves_no_old_entry_behind() {
    let cache = memory();
    with_cache(cache.clone(), get_user(7)).await.unwrap();
    assert!(tokio::spawn(with_cache(cache.clone(), strange(7))).await.unwrap_err().is_panic());
    with_cache(cache, async {
        eventually(Duration::from_secs(5), "the invalidation happens", async || !is_stored().await).await;
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
