//! Whatever becomes of Redis, or of the connection on which it tells of changes, nothing old is served for longer than
//! [`SILENCE`].
//!
//! No machine is too slow for that: an answer counts by when it was asked for, and the connection by when it was.

use std::time::Duration;

use cache_runtime::{Cache, Coherence};
use cache_tests::{Direction, Fault, FaultProxy, RedisServer, eventually};
use futures_util::future::join_all;
use tokio::time::Instant;

use crate::stand::{KEPT, SILENCE, SOON, builder, look, read, tracked, warm};

const OLD: u64 = 1;
const NEW: u64 = 2;
/// So that calls that find no Redis do not take long, and those that find one are not lost on a busy machine.
const TIMEOUT: Duration = Duration::from_millis(500);

/// On a single server, with one way to it that can be broken.
struct Stand {
    server: RedisServer,
    proxy: FaultProxy,
    cache: Cache,
    /// Another process, which has a way of its own to Redis.
    other: Cache,
}

impl Stand {
    /// With a value that is kept.
    async fn new() -> Self {
        let stand = Self::with_timeout(TIMEOUT);
        warm(&stand.cache, "a", OLD).await;
        stand
    }

    fn with_timeout(timeout: Duration) -> Self {
        let server = RedisServer::single();
        let proxy = FaultProxy::to(server.port());
        let cache = builder(&server.url_on(proxy.port())).operation_timeout(timeout).build().unwrap();
        let other = builder(&server.url()).build().unwrap();
        Self { server, proxy, cache, other }
    }

    /// The value changes, and nobody here has a hand in it.
    async fn changes(&self) {
        self.other.put("a", &NEW, &KEPT).await.unwrap();
    }

    /// From `cut` on, the old value is served out of the process for so long at most.
    async fn fades(&self, cut: Instant) {
        loop {
            let seen = look(&self.cache, "a", &KEPT, NEW).await;
            let is_late = seen.asked >= cut + SILENCE;
            assert!(!(is_late && seen.is_near && seen.value == OLD), "served {:?} later", seen.asked - cut);
            if is_late && seen.value == NEW {
                return;
            }
            assert!(cut.elapsed() < SOON, "it is still the answer, not out of the process");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// Values are kept again, and changes told.
    async fn works(&self) {
        warm_again(&self.cache).await;
        self.server.command(&["DEL", "a"]);
        eventually(SOON, "a change is seen", async || read(&self.cache, "a", 7).await == 7).await;
    }
}

/// As [`warm`], where some calls may do without the cache at first, and the old value is history.
async fn warm_again(cache: &Cache) {
    eventually(SOON, "a near hit", async || {
        let seen = look(cache, "a", &KEPT, NEW).await;
        assert_ne!(seen.value, OLD, "it is back: {seen:?}");
        seen.is_near
    })
    .await;
    assert_eq!(cache.stats().coherence, Coherence::Tracking);
}

#[tokio::test]
async fn redis_is_killed_and_comes_back() {
    let mut stand = Stand::new().await;
    stand.server.kill();
    stand.fades(Instant::now()).await;
    assert_eq!(stand.cache.stats().coherence, Coherence::None);
    stand.server.restart();
    stand.works().await;
}

#[tokio::test]
async fn the_network_loses_everything() {
    for direction in [Direction::Both, Direction::ToClient, Direction::ToServer] {
        let stand = Stand::new().await;
        stand.proxy.set(Fault::BlackHole(direction));
        let cut = Instant::now();
        stand.changes().await;
        stand.fades(cut).await;
        assert_eq!(stand.cache.stats().coherence, Coherence::None);
        stand.proxy.set(Fault::None);
        stand.works().await;
    }
}

#[tokio::test]
async fn connections_are_reset() {
    let stand = Stand::new().await;
    stand.proxy.set(Fault::Reset);
    stand.changes().await;
    stand.fades(Instant::now()).await;
    stand.proxy.set(Fault::None);
    stand.works().await;
}

/// The line on which changes are told is dead, and nobody has noticed: the other one works.
#[tokio::test]
async fn only_the_line_that_tells_of_changes_falls_silent() {
    for direction in [Direction::Both, Direction::ToClient, Direction::ToServer] {
        let stand = Stand::new().await;
        stand.proxy.set(Fault::BlackHoleForTracked(direction));
        let cut = Instant::now();
        stand.changes().await;
        stand.fades(cut).await;
        stand.proxy.set(Fault::None);
        stand.works().await;
    }
}

#[tokio::test]
async fn calls_do_not_wait_for_a_line_that_is_known_to_be_silent() {
    let stand = Stand::new().await;
    stand.proxy.set(Fault::BlackHoleForTracked(Direction::Both));
    eventually(SOON, "it is known", async || stand.cache.stats().coherence == Coherence::None).await;
    let before = stand.cache.stats();
    for _ in 0..200 {
        assert_eq!(read(&stand.cache, "a", NEW).await, OLD);
    }
    let after = stand.cache.stats();
    assert_eq!((after.hits - before.hits, after.failed_open - before.failed_open), (200, 0));
    stand.proxy.set(Fault::None);
    stand.changes().await;
    stand.works().await;
}

/// Until that is known, calls are lost on it: as many as wait one after the other for [`SILENCE`], and one that comes then.
#[tokio::test]
async fn few_calls_find_out_that_it_is_silent() {
    let stand = Stand::new().await;
    for key in ["b", "c", "d"] {
        assert_eq!(read(&stand.cache, key, OLD).await, OLD);
    }
    stand.proxy.set(Fault::BlackHoleForTracked(Direction::Both));
    let mut lost = 0;
    for _ in 0..100 {
        for key in ["b", "c", "d"] {
            lost += usize::from(read(&stand.cache, key, NEW).await == NEW);
        }
    }
    println!("lost on the silent line: {lost} calls");
    assert!((1..=3).contains(&lost), "{lost} calls were lost");
}

#[tokio::test]
async fn a_line_that_was_silent_for_so_long_that_another_one_was_made() {
    let stand = Stand::new().await;
    let before = stand.proxy.connections();
    stand.proxy.set(Fault::BlackHoleForTracked(Direction::Both));
    stand.changes().await;
    stand.fades(Instant::now()).await;
    eventually(SOON, "another connection", async || stand.proxy.connections() > before).await;
    stand.proxy.set(Fault::None);
    stand.works().await;
}

/// The last answer was long under way: what it says of changes is as old as its question.
#[tokio::test]
async fn a_slow_network_that_falls_silent() {
    const LATENCY: Duration = Duration::from_millis(250);
    const PERIOD: Duration = Duration::from_millis(750);
    let falls_silent = async |turn| {
        let stand = Stand::with_timeout(TIMEOUT * 4);
        stand.proxy.set(Fault::Latency(LATENCY));
        warm(&stand.cache, "a", OLD).await;
        // At different times between two signs of life.
        tokio::time::sleep(PERIOD / 8 * turn).await;
        stand.changes().await;
        let cut = Instant::now();
        // Until just before it would be told.
        tokio::time::sleep(LATENCY * 7 / 8).await;
        stand.proxy.set(Fault::BlackHoleForTracked(Direction::ToClient));
        stand.fades(cut).await;
    };
    join_all((0..8).map(falls_silent)).await;
}

#[tokio::test]
async fn the_connection_that_tells_of_changes_is_killed() {
    let stand = Stand::new().await;
    for round in 0..10 {
        let old = 10 + round;
        stand.server.command(&["DEL", "a"]);
        eventually(SOON, "a near hit", async || {
            let seen = look(&stand.cache, "a", &KEPT, old).await;
            seen.is_near && seen.value == old
        })
        .await;
        let connections = tracked(&stand.server);
        assert_eq!(connections.len(), 1);
        stand.server.command(&["CLIENT", "KILL", "ID", &connections[0]]);
        // Nobody is told of this.
        stand.server.command(&["DEL", "a"]);
        eventually(SOON, "the new value", async || read(&stand.cache, "a", old + 1).await == old + 1).await;
    }
    stand.works().await;
}

#[tokio::test]
async fn a_value_that_changes_between_two_connections_is_not_served_on_the_second() {
    let stand = Stand::new().await;
    stand.proxy.set(Fault::HangUpOn("TRACKING"));
    let connections = tracked(&stand.server);
    stand.server.command(&["CLIENT", "KILL", "ID", &connections[0]]);
    eventually(SOON, "the connection is lost", async || stand.cache.stats().coherence == Coherence::None).await;
    assert_eq!(read(&stand.cache, "a", NEW).await, OLD);
    assert_eq!(stand.cache.stats().failed_open, 0);
    stand.changes().await;
    assert_eq!(read(&stand.cache, "a", NEW).await, NEW);
    stand.proxy.set(Fault::None);
    warm(&stand.cache, "a", NEW).await;
    stand.works().await;
}

#[tokio::test]
async fn redis_is_frozen_and_thawed() {
    let stand = Stand::new().await;
    let mut writer = stand.server.connect();
    stand.server.freeze();
    stand.fades(Instant::now()).await;
    // The first thing that it does when it goes on, or the last before it answers.
    writer.send(&["DEL", "a"]).unwrap();
    stand.server.thaw();
    writer.receive().unwrap();
    stand.fades(Instant::now()).await;
    stand.works().await;
}

#[tokio::test]
async fn redis_is_frozen_for_a_moment_in_which_a_value_changes() {
    for _ in 0..5 {
        let stand = Stand::new().await;
        let mut writer = stand.server.connect();
        stand.server.freeze();
        writer.send(&["DEL", "a"]).unwrap();
        for _ in 0..20 {
            let seen = look(&stand.cache, "a", &KEPT, NEW).await;
            assert!(seen.is_near || seen.value == NEW, "{seen:?}");
        }
        stand.server.thaw();
        writer.receive().unwrap();
        stand.fades(Instant::now()).await;
    }
}
