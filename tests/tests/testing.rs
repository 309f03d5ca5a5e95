//! `cache_runtime::testing`, as tests of other programs use it.
#![expect(clippy::unwrap_used, reason = "a test reports by panicking, its helpers too")]

use std::time::Duration;

use cache_runtime::testing::{Calls, Clock, Fault, Operation, assert_loads, cache_with_faults, settled};
use cache_runtime::{Cache, ErrorKind, bypass, invalidates, read_through, with_cache};
use cache_tests::RedisServer;

/// For a busy machine; a lost answer takes all of it.
const AMPLE: Duration = Duration::from_secs(2);

#[read_through(key = "square:{n}", ttl = 60)]
async fn square(n: u64) -> u64 {
    n * n
}

#[read_through(key = "odd:{n}", ttl = 60)]
async fn odd(n: u64) -> Result<u64, String> {
    if n % 2 == 1 { Ok(n) } else { Err(format!("{n} is even")) }
}

#[read_through(key = "named:{T}:{n}", ttl = 60)]
async fn named<T>(n: u64) -> u64 {
    n
}

mod elsewhere {
    use cache_runtime::read_through;

    #[read_through(key = "elsewhere:{n}", ttl = 60)]
    pub(crate) async fn square(n: u64) -> u64 {
        n * n * n
    }
}

struct Shop;

impl Shop {
    #[read_through(key = "price:{item}", ttl = 60, skip(self))]
    async fn price(&self, item: u64) -> u64 {
        item
    }
}

trait Rates {
    async fn rate(&self, currency: u64) -> u64;
}

impl Rates for Shop {
    #[read_through(key = "rate:{currency}", ttl = 60, skip(self), companions = false)]
    async fn rate(&self, currency: u64) -> u64 {
        currency
    }
}

fn memory() -> Cache {
    Cache::builder().url("memory://").build().unwrap()
}

#[tokio::test]
async fn loads_are_asserted_of_whatever_is_annotated() {
    #[read_through(key = "inside:{n}", ttl = 60)]
    async fn inside(n: u64) -> u64 {
        n
    }
    with_cache(memory(), async {
        for n in [1, 1, 2] {
            square(n).await;
            named::<u8>(n).await;
            Shop.price(n).await;
            Shop.rate(n).await;
            inside(n).await;
            bypass(inside(n)).await;
        }
        assert_loads!(crate::square, 2);
        assert_loads!(named::<u8>, 2);
        assert_loads!(Shop::price, 2);
        assert_loads!(Shop::rate, 2);
        assert_loads!(inside, 2);
        let times = 2;
        assert_loads!(inside, times,);
        assert_loads!(odd, 0);
    })
    .await;
}

struct Bank;

impl Bank {
    #[read_through(key = "bank:price:{n}", ttl = 60, skip(self))]
    async fn price(&self, n: u64) -> u64 {
        n
    }
}

impl Rates for Bank {
    #[read_through(key = "bank:rate:{n}", ttl = 60, skip(self), companions = false)]
    async fn rate(&self, n: u64) -> u64 {
        n
    }
}

#[tokio::test]
async fn methods_of_one_name_are_told_apart() {
    let cache = memory();
    with_cache(cache.clone(), async {
        Shop.price(1).await;
        Bank.rate(1).await;
        assert_loads!(Bank::price, 0);
        for n in [1, 2, 3] {
            Bank.price(n).await;
            Shop.rate(n).await;
        }
        assert_loads!(Shop::price, 1);
        assert_loads!(Bank::price, 3);
        assert_loads!(Shop::rate, 3);
        assert_loads!(<Bank as Rates>::rate, 1);
    })
    .await;
    let names: Vec<_> = cache.stats_by_function().into_iter().map(|(name, _)| name).collect();
    assert_eq!(
        names,
        [
            "testing::<Bank as Rates>::rate",
            "testing::<Shop as Rates>::rate",
            "testing::Bank::price",
            "testing::Shop::price"
        ]
    );
}

#[tokio::test]
async fn those_of_another_cache_are_its_own() {
    let (one, other) = (memory(), memory());
    with_cache(one.clone(), square(1)).await;
    with_cache(other.clone(), async { square(1).await + square(2).await }).await;
    assert_loads!(in one, square, 1);
    assert_loads!(in &other, square, 2);
}

#[read_through(key = "never:{n}", ttl = 60)]
async fn never(n: u64) -> u64 {
    n
}

#[tokio::test]
async fn one_that_nobody_calls_ran_no_times() {
    with_cache(memory(), async {
        assert_loads!(never, 0);
        square(1).await;
        assert_loads!(never, 0);
    })
    .await;
}

#[tokio::test]
#[should_panic(expected = "`never` was not called in this cache, expected 1 runs; called were: none")]
async fn nor_did_it_run_once() {
    with_cache(memory(), async { assert_loads!(never, 1) }).await;
}

#[tokio::test]
#[should_panic(expected = "`odd` ran 3 times, expected 1: 1 answered and 2 failed; of its calls 1 were hits, 3 misses")]
async fn another_number_is_told_with_what_was_counted() {
    with_cache(memory(), async {
        for n in [1, 1, 2, 2] {
            let _ = odd(n).await;
        }
        assert_loads!(odd, 1);
    })
    .await;
}

#[tokio::test]
#[should_panic(expected = "no annotated function has the name `sqare`; called in this cache were: `testing::square`")]
async fn a_name_that_is_none_is_told_with_those_that_are() {
    with_cache(memory(), async {
        square(1).await;
        assert_loads!(sqare, 1);
    })
    .await;
}

#[tokio::test]
#[should_panic(
    expected = "the name of several functions that were called in this cache: `testing::elsewhere::square`, `testing::square`"
)]
async fn a_name_that_is_that_of_two_is_told_with_both() {
    with_cache(memory(), async {
        elsewhere::square(1).await;
        square(1).await;
        assert_loads!(elsewhere::square, 1);
        assert_loads!(square, 1);
    })
    .await;
}

#[read_through(key = "stock:{item}", ttl = "1m", stale_while_revalidate = "1h", skip(shelf))]
async fn stock(item: u64, shelf: Calls) -> u64 {
    shelf.record() + item
}

#[invalidates(stock(item))]
async fn sell(item: u64) -> Result<(), String> {
    let _ = item;
    Ok(())
}

#[tokio::test]
async fn time_reloads_and_invalidations_are_under_control() {
    let (clock, shelf, cache) = (Clock::stop(), Calls::new(), memory());
    with_cache(cache.clone(), async {
        assert_eq!(stock(100, shelf.clone()).await, 101);
        clock.advance(Duration::from_secs(61)).await;
        assert_eq!(stock(100, shelf.clone()).await, 101);
        shelf.reached(2).await;
        settled(&cache).await;
        assert_eq!(stock(100, shelf.clone()).await, 102);
        sell(100).await.unwrap();
        assert_eq!(stock(100, shelf.clone()).await, 103);
        assert_loads!(stock, 3);
    })
    .await;
}

#[tokio::test]
async fn faults_are_between_a_cache_and_its_redis_as_well() {
    let server = RedisServer::start();
    let (cache, faults) = cache_with_faults(Cache::builder().url(server.url()).operation_timeout(AMPLE)).unwrap();
    cache_tests::eventually(Duration::from_secs(20), "redis answers", async || cache.ping().await.is_ok()).await;
    with_cache(cache.clone(), async {
        square(7).await;
        assert_eq!(square::peek(7).await, Some(49));
        faults.next(1, Operation::Read, Fault::Fail(ErrorKind::Unavailable));
        assert_eq!(square(7).await, 49);
        assert_loads!(square, 2);
        faults.next(1, Operation::Remove, Fault::LoseAnswer);
        assert_eq!(square::invalidate(7).await.unwrap_err().kind(), ErrorKind::Timeout);
        assert_eq!(server.command(&["GET", square::key(7).as_ref()]), cache_tests::Reply::Nil);
    })
    .await;
}
