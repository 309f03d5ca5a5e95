//! Methods that have `each`, those of traits among them.

use ::std::collections::HashMap;
use ::std::sync::Arc;

use cache_runtime::{Cache, read_through};

use super::Seen;
use crate::{Res, memory, on_a_cache};
pub use crate::{core, std};

/// A type with methods.
#[derive(Clone, Debug)]
pub struct Shop {
    tenant: u64,
    cache: Cache,
    seen: Arc<Seen>,
}

impl Shop {
    /// By reference, on a cache of its own.
    #[read_through(key = "price:{self.tenant}:{item}", ttl = 60, cache = self.cache, each(item in items))]
    pub async fn prices(&self, items: &[u64]) -> Res<HashMap<u64, u64>> {
        self.seen.note(items);
        Ok(items.iter().map(|item| (*item, self.price(*item))).collect())
    }

    /// By an `Arc`, which the body may use up.
    #[read_through(key = "stock:{self.tenant}:{item}", ttl = 60, each(item in items))]
    pub async fn stock(self: Arc<Self>, items: Vec<u64>) -> Vec<Option<u64>> {
        self.seen.note(&items);
        let shop: Arc<Self> = self;
        items.into_iter().map(|item| Some(shop.price(item))).collect()
    }

    /// By value, which the body changes.
    #[read_through(key = "sum:{self.tenant}:{item}", ttl = 60, each(item in items))]
    pub async fn sums(mut self, items: &[u64]) -> Vec<Option<u64>> {
        self.tenant += 1;
        let price = |item: &u64| Some(self.price(*item));
        items.iter().map(price).collect()
    }

    /// Without a receiver.
    #[read_through(key = "kind:{item}", ttl = 60, each(item in items))]
    async fn kinds(items: &[u64]) -> Vec<(u64, String)> {
        items.iter().map(|item| (*item, Self::kind(*item))).collect()
    }

    /// A shop with a cache of its own.
    pub(super) fn new() -> Self {
        Self { tenant: 1, cache: memory(), seen: Arc::default() }
    }

    /// The ids that its bodies were run for.
    pub(super) fn seen(&self) -> Arc<Seen> {
        self.seen.clone()
    }

    fn price(&self, item: u64) -> u64 {
        self.tenant * 100 + item
    }

    fn kind(item: u64) -> String {
        format!("kind {item}")
    }
}

#[tokio::test]
async fn methods() {
    let shop = Shop::new();
    let ((), stats) = on_a_cache(async {
        assert_eq!(shop.prices(&[1, 2]).await.unwrap(), HashMap::from([(1, 101), (2, 102)]));
        assert_eq!(shop.prices(&[2]).await.unwrap(), HashMap::from([(2, 102)]));
        assert_eq!(shop.prices_peek(1).await, Some(101));
        shop.prices_put(1, &7).await.unwrap();
        shop.prices_invalidate_many(&[2, 3]).await.unwrap();
        assert_eq!(shop.prices(&[1, 2]).await.unwrap(), HashMap::from([(1, 7), (2, 102)]));

        let shared = Arc::new(shop.clone());
        assert_eq!(shared.clone().stock(vec![1]).await, [Some(101)]);
        assert_eq!(shared.stock_key(1).as_str(), "stock:1:1");
        assert_eq!(shop.clone().sums(&[1]).await, [Some(201)]);
        assert_eq!(Shop::kinds(&[7]).await, [(7, "kind 7".to_owned())]);
        assert_eq!(Shop::kinds_peek(7).await.unwrap(), "kind 7");
    })
    .await;
    assert_eq!(shop.seen.runs(), [vec![1, 2], vec![2], vec![1]], "{stats:?}");
}

/// A trait whose methods are for many keys.
pub trait Rates {
    /// Rates.
    fn rates(&self, days: &[u32]) -> impl Future<Output = HashMap<u32, u64>> + Send;
}

impl Rates for Seen {
    #[read_through(key = "rate:{day}", ttl = 60, skip(self), companions = false, each(day in days))]
    async fn rates(&self, days: &[u32]) -> HashMap<u32, u64> {
        let days: Vec<_> = days.iter().map(|day| u64::from(*day)).collect();
        self.note(&days);
        days.iter().filter_map(|day| Some((u32::try_from(*day).ok()?, day * 2))).collect()
    }
}

/// The same, as objects.
#[async_trait::async_trait]
pub trait DynRates: Send + Sync {
    /// Rates.
    async fn dyn_rates(&self, days: &[u32], base: String) -> Res<HashMap<u32, String>>;
    /// Rates of an `Arc`.
    async fn shared_rates(self: Arc<Self>, days: Vec<u32>) -> Res<HashMap<u32, String>>;
}

#[async_trait::async_trait]
impl DynRates for Seen {
    #[read_through(key = "rate:{base}:{day}", ttl = 60, skip(self), companions = false, each(day in days))]
    async fn dyn_rates(&self, days: &[u32], base: String) -> Res<HashMap<u32, String>> {
        let noted: Vec<_> = days.iter().map(|day| u64::from(*day)).collect();
        self.note(&noted);
        Ok(days.iter().map(|day| (*day, format!("{base}{day}"))).collect())
    }

    #[read_through(key = "shared:{day}", ttl = 60, skip(self), companions = false, each(day in days))]
    async fn shared_rates(self: Arc<Self>, days: Vec<u32>) -> Res<HashMap<u32, String>> {
        self.clone().dyn_rates(&days, "shared ".to_owned()).await
    }
}

#[tokio::test]
async fn methods_of_traits() {
    let seen = Arc::new(Seen::default());
    on_a_cache(async {
        assert_eq!(seen.rates(&[1]).await, HashMap::from([(1, 2)]));
        assert_eq!(seen.rates(&[1, 2]).await, HashMap::from([(1, 2), (2, 4)]));
        let rates: &dyn DynRates = &*seen;
        assert_eq!(rates.dyn_rates(&[5], "eur".to_owned()).await.unwrap()[&5], "eur5");
        assert_eq!(rates.dyn_rates(&[5, 6], "eur".to_owned()).await.unwrap()[&6], "eur6");
        let rates: Arc<dyn DynRates> = seen.clone();
        assert_eq!(rates.clone().shared_rates(vec![9]).await.unwrap()[&9], "shared 9");
        assert_eq!(rates.shared_rates(vec![9]).await.unwrap()[&9], "shared 9");
    })
    .await;
    assert_eq!(seen.runs(), [vec![1], vec![2], vec![5], vec![6], vec![9]]);
}
