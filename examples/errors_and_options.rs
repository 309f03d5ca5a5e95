//! What is stored: values. Errors never, `None` on request, and `cache_if` has the last word.
//!
//! `cargo run --example errors_and_options`

use std::error::Error;
use std::time::Duration;

use cache_runtime::{Cache, Stats, read_through};
use serde::{Deserialize, Serialize};

/// Goes to the callers and nowhere else: it needs neither serde nor `Clone`.
struct Unreachable;

#[read_through(key = "name:{id}", ttl = 60)]
async fn name(id: u64) -> Result<String, Unreachable> {
    if id == 0 { Err(Unreachable) } else { Ok(format!("user {id}")) }
}

/// `None` is an answer, but not one to keep: the next second somebody may sign up with this address.
#[read_through(key = "by-email:{email}", ttl = 60)]
async fn by_email(email: &str) -> Option<u64> {
    email.starts_with("ada@").then_some(7)
}

/// Where many ask for what is not there, it is remembered too, for a shorter time.
#[read_through(key = "by-phone:{phone}", ttl = 60, negative_ttl = "5s")]
async fn by_phone(phone: &str) -> Result<Option<u64>, Unreachable> {
    Ok(phone.starts_with("+44").then_some(7))
}

#[derive(Clone, Serialize, Deserialize)]
struct Report {
    rows: u64,
    complete: bool,
}

impl Report {
    fn max_age(&self) -> Duration {
        Duration::from_secs(self.rows)
    }
}

/// A closure over the value says whether it is kept, another one for how long.
#[read_through(key = "report:{month}", ttl = |report: &Report| report.max_age(), cache_if = |report: &Report| report.complete)]
async fn report(month: u32) -> Report {
    Report { rows: 60, complete: month < 12 }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    cache_runtime::init(Cache::builder().url("memory://").build()?)?;

    println!("The body runs in two calls that");
    say("return `Ok`", 1, runs(|| name(7)).await);
    say("return `Err`", 2, runs(|| name(0)).await);
    say("return `Some`", 1, runs(|| by_email("ada@example.com")).await);
    say("return `None`", 2, runs(|| by_email("bob@example.com")).await);
    say("return `Ok(None)` with a `negative_ttl`", 1, runs(|| by_phone("+33 1")).await);
    say("return what `cache_if` accepts", 1, runs(|| report(11)).await);
    say("return what `cache_if` refuses", 2, runs(|| report(12)).await);
    Ok(())
}

fn say(what: &str, expected: u64, runs: u64) {
    println!("  {what:<42}{runs} x");
    assert_eq!(runs, expected, "{what}");
}

/// How often the body runs when `call` is made twice.
async fn runs<F: Future>(call: impl Fn() -> F) -> u64 {
    let bodies = |stats: Stats| stats.loads + stats.load_failures;
    let before = bodies(cache_runtime::global().stats());
    call().await;
    call().await;
    bodies(cache_runtime::global().stats()) - before
}
