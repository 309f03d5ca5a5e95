//! Finding the master, and leaving who is it no longer: real servers, and sentinels that say what the test wants.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use cache_tests::{Direction, Fault, FaultProxy, RedisServer, Sentinels, eventually};
use tokio::time::Instant;

use super::support::{SOON, calls, clients, key, patient, receive_all, serve, store};
use crate::backend::redis::RedisStore;
use crate::error::ErrorKind;
use crate::store::{Store, conformance};

/// Less than what a sentinel that is silent may take, and than it is to the next sign of life.
const AT_ONCE: Duration = Duration::from_millis(300);

/// A sentinel that names a server of the test's.
struct Sentinel {
    /// 0: it knows none.
    names: Arc<AtomicU16>,
    asked: Arc<AtomicUsize>,
    port: u16,
}

impl Sentinel {
    fn of(server: &RedisServer) -> Self {
        let sentinel = Self::ignorant();
        sentinel.name(server);
        sentinel
    }

    fn ignorant() -> Self {
        let (names, asked) = (Arc::<AtomicU16>::default(), Arc::<AtomicUsize>::default());
        let (said, counted) = (Arc::clone(&names), Arc::clone(&asked));
        let url = serve(move |mut client| {
            while let Some(words) = receive_all(&mut client) {
                assert_eq!(words, ["SENTINEL", "GET-MASTER-ADDR-BY-NAME", "m"]);
                counted.fetch_add(1, Ordering::SeqCst);
                let answer = match said.load(Ordering::SeqCst).to_string().as_str() {
                    "0" => "*-1\r\n".to_owned(),
                    port => format!("*2\r\n$9\r\n127.0.0.1\r\n${}\r\n{port}\r\n", port.len()),
                };
                let _ = client.get_mut().write_all(answer.as_bytes());
            }
        });
        let port = url.rsplit(':').next().unwrap().parse().unwrap();
        Self { names, asked, port }
    }

    fn name(&self, server: &RedisServer) {
        self.names.store(server.port(), Ordering::SeqCst);
    }
}

fn master() -> RedisServer {
    let server = RedisServer::start();
    server.permit("+role");
    server
}

/// An address with these sentinels, for the user of `server`.
fn url(server: &RedisServer, sentinels: &[u16]) -> String {
    let hosts: Vec<_> = sentinels.iter().map(|port| format!("127.0.0.1:{port}")).collect();
    let url = server.url();
    let (login, _) = url.split_once('@').unwrap();
    format!("{}@{}/m", login.replace("redis://", "redis+sentinel://"), hosts.join(","))
}

fn become_replica(of: &RedisServer, server: &RedisServer) {
    server.command(&["REPLICAOF", "127.0.0.1", &of.port().to_string()]);
}

async fn set(store: &RedisStore) -> Result<(), ErrorKind> {
    let set = store.set(&key("k"), Bytes::from_static(b"v"), SOON, SOON).await;
    set.map_err(|error| error.kind())
}

#[tokio::test]
async fn conforms_to_the_port() {
    let sentinels = Sentinels::calm(1);
    conformance::suite(&store(&sentinels.url()), tokio::time::sleep).await;
}

#[tokio::test]
async fn sentinels_that_are_gone_or_silent_cost_next_to_nothing() {
    let server = master();
    let (gone, sentinel, silent) = (RedisServer::start(), Sentinel::of(&server), FaultProxy::to(server.port()));
    silent.set(Fault::BlackHole(Direction::Both));
    let ports = [gone.port(), silent.port(), sentinel.port];
    drop(gone);
    let mut took = Vec::new();
    for _ in 0..5 {
        let start = Instant::now();
        store(&url(&server, &ports)).ping(SOON).await.unwrap();
        took.push(start.elapsed());
    }
    // The best of them: a busy machine has its moments.
    assert!(took.iter().min() < Some(&AT_ONCE), "{took:?}");
}

#[tokio::test]
async fn a_sentinel_that_is_behind_the_times_is_not_believed_while_another_one_knows_better() {
    let (old, new) = (master(), master());
    become_replica(&new, &old);
    // The one is faster than the other, and is wrong each time.
    let (late, sentinel) = (Sentinel::of(&old), Sentinel::of(&new));
    let proxy = FaultProxy::to(sentinel.port);
    proxy.set(Fault::Latency(Duration::from_millis(50)));
    let store = store(&url(&new, &[late.port, proxy.port()]));
    eventually(SOON, "the master is found", async || store.ping(SOON).await.is_ok()).await;
    set(&store).await.unwrap();
    assert_eq!(new.command(&["EXISTS", "k"]).integer(), 1);
    // What it gets from its master it executes; what it gets from others it refuses.
    let refused = old.command(&["INFO", "errorstats"]).text();
    assert!(!refused.contains("READONLY"), "{refused}");
}

#[tokio::test]
async fn a_server_that_is_no_master_is_not_used_and_becomes_one_later() {
    let (old, new) = (master(), master());
    become_replica(&new, &old);
    let store = store(&url(&old, &[Sentinel::of(&old).port]));
    let error = store.ping(SOON).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(error.in_full().contains("says that it is no master"), "{}", error.in_full());
    old.command(&["REPLICAOF", "NO", "ONE"]);
    eventually(SOON, "it is used", async || store.ping(SOON).await.is_ok()).await;
}

#[tokio::test]
async fn a_server_that_becomes_a_replica_is_left_although_it_keeps_the_connection() {
    let servers = [master(), master()];
    let sentinel = Sentinel::of(&servers[0]);
    let store = store(&url(&servers[0], &[sentinel.port]));
    set(&store).await.unwrap();
    let mut took = Vec::new();
    for round in 0..5 {
        let (old, new) = (&servers[round % 2], &servers[(round + 1) % 2]);
        let connection = clients(old, false);
        new.command(&["REPLICAOF", "NO", "ONE"]);
        new.command(&["DEL", "k"]);
        sentinel.name(new);
        become_replica(new, old);
        let start = Instant::now();
        eventually(SOON, "the new master is written to", async || set(&store).await.is_ok()).await;
        took.push(start.elapsed());
        assert_eq!(new.command(&["EXISTS", "k"]).integer(), 1);
        assert!(!clients(old, false).iter().any(|client| connection.contains(client)), "the old connection is closed");
    }
    // A refusal is looked into at once, not when it is time for the next sign of life. The best of them: a busy machine has its
    // moments.
    assert!(took.iter().min() < Some(&AT_ONCE), "{took:?}");
}

#[tokio::test]
async fn who_only_reads_leaves_it_too() {
    let (old, new) = (master(), master());
    let sentinel = Sentinel::of(&old);
    let store = store(&url(&old, &[sentinel.port]));
    set(&store).await.unwrap();
    let asked = sentinel.asked.load(Ordering::SeqCst);
    // Sentinels say the same as before, so that nothing but the server itself says what it is.
    become_replica(&new, &old);
    eventually(SOON, "it is left", async || sentinel.asked.load(Ordering::SeqCst) > asked + 3).await;
    assert!(store.ping(SOON).await.is_err());
    sentinel.name(&new);
    eventually(SOON, "the new one is found", async || store.ping(SOON).await.is_ok()).await;
}

#[tokio::test]
async fn a_master_that_most_sentinels_do_not_name_any_more_is_left_before_it_knows() {
    let (old, new) = (master(), master());
    let sentinels = [Sentinel::of(&old), Sentinel::of(&old), Sentinel::of(&old)];
    let store = store(&url(&old, &sentinels.each_ref().map(|sentinel| sentinel.port)));
    set(&store).await.unwrap();
    sentinels[0].name(&new);
    let asked = || sentinels[0].asked.load(Ordering::SeqCst);
    let before = asked();
    eventually(SOON, "it is asked several times", async || asked() >= before + 3).await;
    set(&store).await.unwrap();
    assert_eq!(calls(&new, "set"), 0, "the others have not agreed");
    sentinels[1].name(&new);
    // What is under way when the connection is left may be an error, as it is not known whether it was done.
    eventually(SOON, "the new master is used", async || set(&store).await.is_ok() && calls(&new, "set") > 0).await;
}

#[tokio::test]
async fn a_name_that_no_sentinel_knows_is_said() {
    let server = master();
    let [first, second] = [Sentinel::ignorant(), Sentinel::ignorant()];
    let store = patient(&url(&server, &[first.port, second.port]), Duration::from_millis(500));
    let error = store.ping(SOON).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(error.in_full().contains("no sentinel names a master: they watch none that is called `m`"), "{error:?}");
    first.name(&server);
    eventually(SOON, "it is known", async || store.ping(SOON).await.is_ok()).await;
}

#[tokio::test]
async fn a_sentinel_that_refuses_the_password_says_so_and_shows_none() {
    let server = RedisServer::builder().password("right-s3cret").start();
    let url = url(&server, &[server.port()]) + "?sentinel_pass=wrong-s3cret";
    let error = store(&url).ping(SOON).await.unwrap_err();
    assert!(error.in_full().contains("no sentinel names a master: authentication failed"), "{error:?}");
    assert!(!format!("{error:?} {}", error.in_full()).contains("s3cret"), "{error:?}");
}

#[tokio::test]
async fn a_user_who_may_not_ask_for_the_role_is_told_so() {
    let server = RedisServer::start();
    let error = store(&url(&server, &[Sentinel::of(&server).port])).ping(SOON).await.unwrap_err();
    assert!(error.in_full().contains("may not ask for its `ROLE`"), "{error:?}");
    server.permit("+role");
}
