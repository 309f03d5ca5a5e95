//! The forms of free functions that have `each`.

use ::std::collections::HashMap;
use ::std::fmt::{Debug, Display};
use ::std::hash::Hash;
use ::std::sync::Arc;

use cache_runtime::{Value, bypass, read_through, with_cache};

use super::Seen;
use super::methods::{DynRates, Shop};
use crate::{DbError, is_send, memory, on_a_cache};
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

/// Parameters called like what is generated, with a body that has variables of the same names.
#[read_through(key = "{batch}:{this}:{returned}", ttl = 60, each(returned in load))]
pub async fn among_names(batch: u64, load: &[u64], this: u64) -> Vec<Option<u64>> {
    let call = batch + this;
    load.iter().map(|id| Some(id + call)).collect()
}

macro_rules! by_macro {
    ($name:ident, $list:ident: $ty:ty, $returned:ty, |$id:ident| $value:expr) => {
        /// Made by a macro, which knows what an element is called.
        #[read_through(key = "by-macro:{tenant}:{element}", ttl = 60, each(element in $list))]
        pub async fn $name(tenant: u64, $list: $ty) -> $returned {
            $list.iter().map(|$id| ($id.clone(), $value + tenant)).collect()
        }
    };
}
by_macro!(squares, ids: &[u64], HashMap<u64, u64>, |id| id * id);
by_macro!(lengths, words: Vec<String>, Vec<(String, u64)>, |word| word.len() as u64);

#[tokio::test]
async fn names_keep_out_of_each_others_way() {
    on_a_cache(async {
        assert_eq!(among_names(1, &[7], 2).await, [Some(10)]);
        assert_eq!(among_names::key(1, 7, 2).as_str(), "1:2:7");
        assert_eq!(squares(1, &[7]).await, HashMap::from([(7, 50)]));
        assert_eq!(squares::peek(1, 7).await, Some(50));
        assert_eq!(lengths(0, vec!["tea".to_owned()]).await, [("tea".to_owned(), 3)]);
        lengths::invalidate_many(0, vec!["tea".to_owned()]).await.unwrap();
        assert_eq!(lengths::peek(0, "tea".to_owned()).await, None);
    })
    .await;
}

#[tokio::test]
async fn futures_can_be_sent_to_another_thread() {
    let shop = Shop::new();
    drop(is_send(beside_others(1, &[7], (2, String::new()), 'x', shop.seen())));
    drop(is_send(beside_others::invalidate_many(1, &[7], (2, String::new()))));
    drop(is_send(by_path("tea", vec![1])));
    drop(is_send(by_path::refresh("tea", vec![1])));
    drop(is_send(shop.prices(&[1])));
    drop(is_send(Arc::new(shop.clone()).stock(vec![1])));
    drop(is_send(shop.seen().dyn_rates(&[1], String::new())));
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
