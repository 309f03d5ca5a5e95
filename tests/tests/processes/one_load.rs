//! One load, however many processes and tasks, and however long it takes.

use std::time::Duration;

use cache_tests::RedisServer;

use crate::fleet::Fleet;

/// How long the origin takes: all processes ask meanwhile.
const ORIGIN: Duration = Duration::from_secs(1);
/// Much longer than a lease of two seconds: it must be renewed.
const SLOW: Duration = Duration::from_secs(5);

#[tokio::test]
async fn twelve_processes_load_a_cold_key_once() {
    let fleet = Fleet::of(12).await;
    load_once(fleet, 250, ORIGIN, "told of the fill").await;
}

#[tokio::test]
async fn a_load_that_takes_longer_than_a_lease_is_still_one() {
    let fleet = Fleet::of(4).await;
    load_once(fleet, 50, SLOW, "a slow load").await;
}

#[tokio::test]
async fn processes_that_may_not_track_load_once_as_well() {
    let server = RedisServer::start();
    server.permit("-client");
    load_once(Fleet::on(server, 4).await, 50, ORIGIN, "no permission to track").await;
}

#[tokio::test]
async fn processes_whose_redis_speaks_the_old_protocol_load_once_as_well() {
    let server = RedisServer::builder().setting("rename-command HELLO", "").start();
    load_once(Fleet::on(server, 4).await, 50, ORIGIN, "an old protocol").await;
}

async fn load_once(mut fleet: Fleet, tasks: usize, origin: Duration, how: &str) {
    let size = fleet.size();
    fleet.call(0, tasks);
    let loading = fleet.next_load("somebody loads").await;
    fleet.pass(origin).await;
    assert_eq!(fleet.loads.len(), 1, "others load as well: {:?}", fleet.loads);

    let answered = fleet.answer(loading, 7);
    fleet.until("all have their answers", |fleet| fleet.answers.len() == size).await;
    assert_eq!(fleet.loads.len(), 1, "others load as well: {:?}", fleet.loads);
    assert!(fleet.answers.iter().all(|answered| answered.values == [(7, tasks)].into()), "{:?}", fleet.answers);

    report(&fleet, how);
    let waited = fleet.answers.iter().filter(|answered| answered.member != loading.member);
    let last = waited.map(|waited| waited.at - answered).max().unwrap();
    println!(
        "{how}: {size} processes of {tasks} tasks; the last waiting process had its answers {last:?} after the load"
    );
    for member in 0..size {
        let counted = fleet.count(member).await;
        assert!(counted.misses > 0, "the process {member} was not there in time to wait");
        assert_eq!(counted.refused_fills, 0);
    }
}

/// Prints what the processes asked of Redis, the commands of scripts included.
fn report(fleet: &Fleet, how: &str) {
    let stats = fleet.server.command(&["INFO", "commandstats"]).text();
    let calls = stats.lines().filter_map(|line| {
        let (command, numbers) = line.strip_prefix("cmdstat_")?.split_once(":calls=")?;
        let calls: usize = numbers.split(',').next()?.parse().ok()?;
        (!matches!(command, "ping" | "info" | "config|resetstat")).then_some((command.to_owned(), calls))
    });
    let calls: Vec<_> = calls.collect();
    let all: usize = calls.iter().map(|(_, calls)| calls).sum();
    println!("{how}: about {} commands for each of {} processes: {calls:?}", all / fleet.size(), fleet.size());
}
