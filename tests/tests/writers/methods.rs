//! Methods, of traits too, as targets and as functions that change what is cached.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use cache_runtime::{invalidates, read_through, with_cache, write_through};

use crate::{Failed, Res, get_user, is_send, is_stored, memory, names, settle, with_user_7};

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
    async fn sell_again(&self, item: String, outcome: Res<()>) -> Res<()>;
}

impl Sell for Shop {
    #[invalidates(self.price(&item))]
    async fn sell_again(&self, item: String, outcome: Res<()>) -> Res<()> {
        drop(item);
        outcome
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
        shop.sell_again("tea".to_owned(), Err(Failed)).await.unwrap_err();
        settle().await;
        assert!(shop.price_peek("tea").await.is_some());
        shop.sell_again("tea".to_owned(), Ok(())).await.unwrap();
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
        settle().await;
        assert!(is_stored().await);
        assert_eq!(is_send(by_hand(Ok(1))).await, Ok(1));
        assert!(!is_stored().await);
    })
    .await;
}
