//! The forms of functions that have `each`.

use ::std::collections::HashMap;
use ::std::fmt::{Debug, Display};
use ::std::hash::Hash;
use ::std::sync::Arc;

use cache_runtime::{Cache, Value, bypass, read_through, with_cache};

use super::Seen;
use crate::{DbError, Res, is_send, memory, on_a_cache};
pub use crate::{core, std};

/// The other parameters are cloned for the body, whatever they are.
#[read_through(key = "{tenant}:{a}:{id}:{name}", ttl = 60, skip(seen, label), each(id in ids))]
pub async fn beside_others(
    tenant: u32,
    ids: &[u64],
    (mut a, name): (u64, String),
    label: impl Display + Clone + Send + Sync,
    seen: Arc<Seen>,
) -> HashMap<u64, String> {
    seen.note(ids);
    a += 1;
    let owned: String = name;
    drop(seen);
    ids.iter().map(|id| (*id, format!("{tenant}/{a}/{owned}/{label}/{id}"))).collect()
}

#[tokio::test]
async fn the_body_owns_the_other_parameters() {
    let seen = Arc::new(Seen::default());
    on_a_cache(async {
        let call = || beside_others(1, &[7], (2, "ada".to_owned()), 'x', seen.clone());
        assert_eq!(call().await[&7], "1/3/ada/x/7");
        assert_eq!(call().await[&7], "1/3/ada/x/7");
        assert_eq!(beside_others::key(1, 7, (2, "ada".to_owned())).as_str(), "1:2:7:ada");
        beside_others::invalidate_many(1, &[7, 8], (2, "ada".to_owned())).await.unwrap();
        call().await;
    })
    .await;
    assert_eq!(seen.runs(), [vec![7], vec![7]]);
}

/// The path, the other parameters, and the id are the key.
#[read_through(ttl = 60, each(id in ids))]
pub async fn by_path(kind: &str, ids: Vec<u64>) -> Vec<Option<usize>> {
    ids.iter().map(|id| usize::try_from(*id).ok().map(|id| id + kind.len())).collect()
}

#[tokio::test]
async fn the_default_key_is_of_one_id() {
    let key = on_a_cache(async { by_path::key("tea", 7) }).await.0;
    assert!(key.as_str().ends_with("::functions::by_path:tea:7"), "{key}");
    assert_eq!(on_a_cache(by_path("tea", vec![1, 2])).await.0, [Some(4), Some(5)]);
}

/// Generic in the id, the value, and in what is borrowed.
#[read_through(key = "generic:{id}:{N}", ttl = 60, skip(make, F), each(id in ids))]
pub async fn generic<'a, K, T, F, const N: usize>(ids: &'a [K], make: &'a F) -> Result<HashMap<K, T>, DbError>
where
    K: Display + Clone + Eq + Hash + Send + Sync,
    T: Value + Debug,
    F: Fn(&K) -> T + Sync,
{
    Ok(ids.iter().map(|id| (id.clone(), make(id))).collect())
}

#[tokio::test]
async fn generic_functions() {
    on_a_cache(async {
        let length = |name: &String| name.len();
        let ids = ["tea".to_owned(), "cake".to_owned()];
        let lengths = generic::<_, _, _, 4>(&ids, &length).await.unwrap();
        assert_eq!(lengths["cake"], 4);
        assert_eq!(generic::key::<String, 4>("tea".to_owned()).as_str(), "generic:tea:4");
        let peeked = generic::peek::<String, usize, 4>("tea".to_owned()).await;
        assert_eq!(peeked, Some(3));
        generic::invalidate_many::<String, 4>(&ids).await.unwrap();
    })
    .await;
}

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

    fn price(&self, item: u64) -> u64 {
        self.tenant * 100 + item
    }

    fn kind(item: u64) -> String {
        format!("kind {item}")
    }
}

#[tokio::test]
async fn methods() {
    let shop = Shop { tenant: 1, cache: memory(), seen: Arc::default() };
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

/// A function that blocks.
#[read_through(key = "blocking:{power}:{id}", ttl = 60, blocking, each(id in ids))]
pub fn blocking(power: u32, ids: &[u64]) -> Result<HashMap<u64, u64>, DbError> {
    Ok(ids.iter().map(|id| (*id, id.pow(power))).collect())
}

#[tokio::test]
async fn a_function_that_blocks() {
    let ((), stats) = on_a_cache(async {
        assert_eq!(blocking(2, &[3]).await.unwrap(), HashMap::from([(3, 9)]));
        assert_eq!(blocking(2, &[3, 4]).await.unwrap(), HashMap::from([(3, 9), (4, 16)]));
    })
    .await;
    assert_eq!(stats.hits, 1, "{stats:?}");
}

#[tokio::test]
async fn futures_can_be_sent_to_another_thread() {
    let shop = Shop { tenant: 1, cache: memory(), seen: Arc::default() };
    drop(is_send(beside_others(1, &[7], (2, String::new()), 'x', shop.seen.clone())));
    drop(is_send(beside_others::invalidate_many(1, &[7], (2, String::new()))));
    drop(is_send(by_path("tea", vec![1])));
    drop(is_send(by_path::refresh("tea", vec![1])));
    drop(is_send(shop.prices(&[1])));
    drop(is_send(Arc::new(shop.clone()).stock(vec![1])));
    drop(is_send(shop.seen.dyn_rates(&[1], String::new())));
    drop(is_send(blocking(1, &[1])));
    let task = tokio::spawn(async move { with_cache(memory(), shop.sums(&[1])).await });
    assert_eq!(task.await.unwrap(), [Some(201)]);
}

#[tokio::test]
async fn the_cache_can_be_left_out_or_overtaken() {
    let cache = memory();
    with_cache(cache.clone(), async {
        assert_eq!(bypass(by_path("a", vec![1])).await, [Some(2)]);
        assert_eq!(by_path::peek("a", 1).await, None);
        assert_eq!(by_path::origin("a", vec![1]).await, [Some(2)]);
        assert_eq!(by_path::peek("a", 1).await, None);
        by_path::put("a", 1, &7).await.unwrap();
        assert_eq!(by_path("a", vec![1, 2]).await, [Some(7), Some(3)]);
        assert_eq!(by_path::refresh("a", vec![1, 2]).await, [Some(2), Some(3)]);
        assert_eq!(by_path("a", vec![1]).await, [Some(2)]);
    })
    .await;
}
