//! Several caches: the global one, one of a function's own, and one for a while.
//!
//! `cargo run --example several_caches`

use std::error::Error;
use std::sync::LazyLock;
use std::time::Duration;

use cache_runtime::{Cache, read_through, with_cache};

/// Reports are large and rare: a store of their own, so that they drive nothing else out, and more time to fetch them.
static REPORTS: LazyLock<Cache> = LazyLock::new(|| {
    let cache = Cache::builder().url("memory://").namespace("reports").near_capacity(256 << 20);
    #[expect(clippy::expect_used, reason = "the settings are constants")]
    cache.operation_timeout(Duration::from_secs(1)).build().expect("these settings are usable")
});

#[read_through(key = "month:{month}", ttl = "1d", cache = REPORTS)]
async fn report(month: u32) -> String {
    format!("report of month {month}")
}

#[read_through(key = "user:{id}", ttl = 60)]
async fn user_name(id: u64) -> String {
    format!("user {id}")
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let global = Cache::builder().url("memory://").namespace("shop").build()?;
    cache_runtime::init(global.clone())?;

    user_name(7).await;
    report(3).await;
    println!("Each function used its cache: {} and {}", user_name::key(7), report::key(3));
    assert_eq!((user_name::key(7).as_str(), report::key(3).as_str()), ("shop:user:7", "reports:month:3"));
    assert_eq!((global.stats().loads, REPORTS.stats().loads), (1, 1));

    let guest = Cache::builder().url("memory://").namespace("guest").build()?;
    with_cache(guest.clone(), async {
        user_name(7).await;
        report(3).await;
        println!(
            "In `with_cache` the global one is replaced, `cache = ..` is not: {} and {}",
            user_name::key(7),
            report::key(3)
        );
        assert_eq!((user_name::key(7).as_str(), report::key(3).as_str()), ("guest:user:7", "reports:month:3"));
    })
    .await;
    assert_eq!((guest.stats().loads, guest.stats().hits), (1, 0));
    assert_eq!((REPORTS.stats().loads, REPORTS.stats().hits), (1, 1));

    user_name(7).await;
    println!("After it, the global one is back, with the value it had: {} hit", global.stats().hits);
    assert_eq!((global.stats().loads, global.stats().hits), (1, 1));
    Ok(())
}
