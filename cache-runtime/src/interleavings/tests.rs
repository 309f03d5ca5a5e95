//! Many rounds, on each store, and with rules that are broken on purpose.
//!
//! `INTERLEAVINGS_SEED` plays one round again, `INTERLEAVINGS_ROUNDS` says how many are played.

use std::sync::Arc;
use std::time::Duration;

use cache_tests::RedisServer;

use super::flaws::Flaw;
use super::round::{Failure, Report, Time, play};
use crate::backend::{Address, MemoryStore, News, RedisStore};
use crate::store::{NearFeed, Store};

const ROUNDS: u64 = 3_000;
/// What the nightly run plays.
const MANY_ROUNDS: u64 = 100_000;
/// A flaw is found in so many rounds.
const FEW_ROUNDS: u64 = 5_000;

fn number(name: &str) -> Option<u64> {
    #[expect(
        clippy::disallowed_methods,
        reason = "the cache does not read these: they are for whoever looks into a failure"
    )]
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("`{name}` is `{text}`: expected a number")))
}

/// Plays rounds until one fails. Each has a store from `store`.
async fn rounds(
    from: u64,
    most: u64,
    time: Time,
    flaw: Option<Flaw>,
    store: impl Fn() -> Arc<dyn Store>,
) -> Result<Report, Failure> {
    let mut all = Report::default();
    for seed in from..from + most {
        all = all.and(play(seed, store(), time, flaw).await?);
    }
    Ok(all)
}

/// Plays the rounds that were asked for, and panics with the story of the first that fails.
async fn all_is_well(from: u64, most: u64, time: Time, store: impl Fn() -> Arc<dyn Store>) {
    let (from, most) = match number("INTERLEAVINGS_SEED") {
        Some(seed) => (seed, 1),
        None => (from, number("INTERLEAVINGS_ROUNDS").unwrap_or(most)),
    };
    #[expect(
        clippy::disallowed_methods,
        reason = "the time of the machine is the subject, even where a test's own stands still"
    )]
    let start = std::time::Instant::now();
    match rounds(from, most, time, None, store).await {
        Ok(report) => {
            println!("{most} rounds from {from} in {:?}: {report:?}", start.elapsed());
            assert!(report.judged >= most, "too few reads could be judged: {report:?}");
            assert!(report.kept >= most || most == 1, "too little was kept: {report:?}");
        }
        Err(failure) => panic!("{failure}"),
    }
}

fn memory() -> Arc<dyn Store> {
    Arc::new(MemoryStore::new(1 << 20))
}

fn redis(server: &RedisServer) -> Arc<dyn Store> {
    let (address, news) = (Address::parse(&server.url()).unwrap(), News::new("", NearFeed::Auto));
    Arc::new(RedisStore::open(address, news, Duration::from_secs(30)))
}

/// A flaw is of the kind that rounds find.
async fn is_found(flaw: Flaw) {
    let found = rounds(0, FEW_ROUNDS, Time::Paused, Some(flaw), memory).await;
    let failure = found.expect_err("it was not found");
    let is_it = ["had been made known", "was told of all changes"].iter().any(|what| failure.what.contains(what));
    assert!(is_it, "{failure}");
    println!("{flaw:?} was found in round {}", failure.seed);
}

#[tokio::test(start_paused = true)]
async fn no_interleaving_in_memory_shows_an_old_value() {
    all_is_well(0, ROUNDS, Time::Paused, memory).await;
}

#[tokio::test]
async fn no_interleaving_on_redis_shows_an_old_value() {
    let server = RedisServer::start();
    let store = redis(&server);
    all_is_well(0, ROUNDS, Time::Real, || Arc::clone(&store)).await;
}

#[tokio::test(start_paused = true)]
#[ignore = "takes minutes: for the night"]
async fn no_interleaving_in_memory_shows_an_old_value_in_a_long_run() {
    all_is_well(fastrand::u64(..1 << 48), MANY_ROUNDS, Time::Paused, memory).await;
}

#[tokio::test]
#[ignore = "takes minutes: for the night"]
async fn no_interleaving_on_redis_shows_an_old_value_in_a_long_run() {
    let server = RedisServer::start();
    let store = redis(&server);
    all_is_well(fastrand::u64(..1 << 48), MANY_ROUNDS, Time::Real, || Arc::clone(&store)).await;
}

#[tokio::test(start_paused = true)]
async fn a_fill_that_does_not_look_for_its_lease_is_found() {
    is_found(Flaw::FillsWithoutLooking).await;
}

#[tokio::test(start_paused = true)]
async fn a_reload_that_does_not_look_for_what_it_replaces_is_found() {
    is_found(Flaw::ReloadsWithoutLooking).await;
}

#[tokio::test(start_paused = true)]
async fn a_tag_whose_version_comes_back_is_found() {
    is_found(Flaw::TagsComeBack).await;
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_believed_whatever_was_told_meanwhile_is_found() {
    is_found(Flaw::DeafWhileReading).await;
}

#[tokio::test(start_paused = true)]
async fn an_entry_that_is_kept_whatever_becomes_of_its_tags_is_found() {
    is_found(Flaw::DeafToTags).await;
}

#[tokio::test(start_paused = true)]
async fn an_entry_that_is_kept_although_everything_is_gone_is_found() {
    is_found(Flaw::DeafToFlushes).await;
}

#[tokio::test(start_paused = true)]
async fn a_word_that_is_given_after_the_answer_is_found() {
    is_found(Flaw::PledgesAfterTheAnswer).await;
}

#[tokio::test(start_paused = true)]
async fn a_word_that_holds_beyond_its_connection_is_found() {
    is_found(Flaw::PledgesForGood).await;
}

#[tokio::test(start_paused = true)]
async fn an_entry_that_is_forgotten_only_before_it_is_removed_is_found() {
    is_found(Flaw::ForgetsTooEarly).await;
}

#[tokio::test(start_paused = true)]
async fn entries_of_one_call_that_stand_and_fall_together_are_found() {
    is_found(Flaw::FillsAllOrNone).await;
}
