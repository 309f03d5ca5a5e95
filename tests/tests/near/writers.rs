//! Writers in another language: whatever becomes of an entry, what is kept of it is not served any more.
//!
//! Nothing here is forgotten because its time is over: that would take ten minutes.

use cache_tests::{Connection, RedisServer, eventually};

use crate::stand::{KEPT, SOON, Truth, cache, look, read, warm};

const OLD: u64 = 1;
const NEW: u64 = 2;

async fn is_seen(server: RedisServer, change: impl FnOnce(&RedisServer)) {
    let cache = cache(&server);
    warm(&cache, "a", OLD).await;
    change(&server);
    eventually(SOON, "the old value is not served any more", async || read(&cache, "a", NEW).await == NEW).await;
    assert_eq!(read(&cache, "a", NEW).await, NEW);
}

/// Each is some commands, on one connection.
macro_rules! are_seen {
    ($server:expr => $($name:ident: $($command:expr),+;)*) => {$(
        #[tokio::test]
        async fn $name() {
            is_seen($server, |server| {
                let mut connection = server.connect_to("a");
                $(run(&mut connection, &$command);)+
            })
            .await;
        }
    )*};
}

fn run(connection: &mut Connection, command: &[&str]) {
    let reply = connection.command(command).unwrap();
    assert!(!matches!(reply, cache_tests::Reply::Error(_)), "{command:?} is refused: {reply:?}");
}

// What is in braces decides where in a cluster a key is.
are_seen! {
    RedisServer::start() =>
    del: ["DEL", "a"];
    unlink: ["UNLINK", "a"];
    getdel: ["GETDEL", "a"];
    set_of_something_else: ["SET", "a", "something else"];
    set_of_an_empty_text: ["SET", "a", ""];
    append: ["APPEND", "a", "more"];
    setrange: ["SETRANGE", "a", "3", "other bytes"];
    another_type: ["DEL", "a"], ["LPUSH", "a", "element"];
    mset: ["MSET", "a", "1", "{a}b", "2"];
    copy_over: ["SET", "{a}b", "another"], ["COPY", "{a}b", "a", "REPLACE"];
    rename_away: ["RENAME", "a", "{a}b"];
    rename_over: ["SET", "{a}b", "another"], ["RENAME", "{a}b", "a"];
    expire_in_the_past: ["EXPIRE", "a", "-1"];
    expireat_in_the_past: ["EXPIREAT", "a", "1"];
    a_shorter_life: ["PEXPIRE", "a", "200"];
    a_shorter_life_by_a_read: ["GETEX", "a", "PX", "200"];
    flushall: ["FLUSHALL"];
    flushall_in_the_background: ["FLUSHALL", "ASYNC"];
    flushdb: ["FLUSHDB"];
    transaction: ["MULTI"], ["DEL", "a"], ["SET", "{a}b", "1"], ["EXEC"];
    script: ["EVAL", "return redis.call('DEL', KEYS[1])", "1", "a"];
    eviction: ["CONFIG", "SET", "maxmemory-policy", "allkeys-random"], ["CONFIG", "SET", "maxmemory", "1"];
}

// A cluster has one database.
are_seen! {
    RedisServer::single() =>
    move_to_another_database: ["MOVE", "a", "1"];
}

/// Redis remembers who has read what in a table of a certain size, and what falls out of it is told of.
#[tokio::test]
async fn a_server_that_remembers_few_readers() {
    let server = RedisServer::builder().setting("tracking-table-max-keys", "10").start();
    let cache = cache(&server);
    let keys: Vec<_> = (0..100).map(|id| format!("key:{id}")).collect();
    for round in 0..5 {
        for key in &keys {
            read(&cache, key, round).await;
        }
        let dels: Vec<_> = ["DEL"].into_iter().chain(keys.iter().map(String::as_str)).collect();
        server.command(&dels);
        for key in &keys {
            eventually(SOON, "it is loaded anew", async || read(&cache, key, round + 1).await == round + 1).await;
        }
    }
}

/// Keys in another database have the same names, and Redis does not say which of them has changed.
#[tokio::test]
async fn a_write_to_another_database_harms_nobody() {
    let server = RedisServer::single();
    let cache = cache(&server);
    warm(&cache, "a", OLD).await;
    let mut other = server.connect();
    for command in [&["SELECT", "1"][..], &["SET", "a", "x"], &["DEL", "a"], &["FLUSHDB"]] {
        run(&mut other, command);
        assert_eq!(read(&cache, "a", NEW).await, OLD);
    }
    warm(&cache, "a", OLD).await;
    assert_eq!(cache.stats().loads, 1);
}

/// A change that is told while the answer to a read is under way, again and again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_in_the_midst_of_reads() {
    const ROUNDS: usize = 1_000;
    let server = RedisServer::start();
    let (cache, truth) = (cache(&server), Truth::default());
    warm(&cache, "a", truth.now()).await;
    let readers: Vec<_> = (0..4)
        .map(|_| {
            let (cache, truth) = (cache.clone(), truth.clone());
            tokio::spawn(async move {
                loop {
                    cache.read_through("a", &KEPT, || async { truth.now() }).await;
                    tokio::task::yield_now().await;
                }
            })
        })
        .collect();
    let mut writer = server.connect_to("a");
    for _ in 0..ROUNDS {
        let now = truth.next();
        run(&mut writer, &["DEL", "a"]);
        eventually(SOON, "what was before is not served", async || look(&cache, "a", &KEPT, now).await.value >= now)
            .await;
    }
    readers.iter().for_each(tokio::task::JoinHandle::abort);
    assert!(cache.stats().near_hits > ROUNDS as u64);
}
