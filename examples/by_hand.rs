//! The cache without the attribute: for keys and policies that are known only when the program runs.
//!
//! `cargo run --example by_hand`

use std::error::Error;
use std::io;
use std::time::Duration;

use cache_runtime::{Cache, Policy, bypass, refreshing};

const RATES: Policy = Policy::new(Duration::from_secs(60)).jitter(0.1);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let cache = Cache::builder().url("memory://").namespace("bank").build()?;
    let rate = |cents: u32| cache.read_through("rate:EUR", &RATES, async move || Ok::<_, io::Error>(cents));

    println!("`key` says what is stored where: {}", cache.key("rate:EUR"));
    assert_eq!(cache.key("rate:EUR"), "bank:rate:EUR");

    let rates = (rate(110).await?, rate(120).await?);
    println!("`read_through` ran the first closure and not the second: {rates:?}");
    assert_eq!(rates, (110, 110));

    let rates = (bypass(rate(130)).await?, rate(140).await?);
    println!("In `bypass` the closure runs and nothing is stored: {rates:?}");
    assert_eq!(rates, (130, 110));

    let rates = (refreshing(rate(150)).await?, rate(160).await?);
    println!("In `refreshing` the closure runs and its value is stored: {rates:?}");
    assert_eq!(rates, (150, 150));

    cache.put("rate:EUR", &170_u32, &RATES).await?;
    let stored: Option<u32> = cache.get("rate:EUR").await?;
    println!("`put` stored another value, `get` reads without loading: {stored:?}");
    assert_eq!(stored, Some(170));

    let misread: Option<i32> = cache.get("rate:EUR").await?;
    println!("To another type the same bytes are nothing, never nonsense: {misread:?}");
    assert_eq!(misread, None);

    cache.invalidate("rate:EUR").await?;
    let left: Option<u32> = cache.get("rate:EUR").await?;
    println!("`invalidate` removed it: {left:?}");
    assert_eq!(left, None);
    Ok(())
}
