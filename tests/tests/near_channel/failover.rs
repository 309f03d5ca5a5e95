//! Another server takes the place of the one that was there, which lives on.

use std::io;
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::thread;
use std::time::Duration;

use cache_runtime::Cache;
use cache_tests::RedisServer;
use tokio::time::{Instant, sleep};

use crate::stand::{self, builder, is_near, read, warm};

/// What stands before the servers, and leads new connections to another one when it is told to. The old ones stay.
struct Balancer {
    port: u16,
    target: Arc<AtomicU16>,
}

impl Balancer {
    fn to(server: &RedisServer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let target = Arc::new(AtomicU16::new(server.port()));
        let leads = Arc::clone(&target);
        // It ends with the process: nobody connects any more when the cache of the test is gone.
        thread::spawn(move || {
            for client in listener.incoming() {
                let server = TcpStream::connect(("127.0.0.1", leads.load(Ordering::SeqCst))).unwrap();
                pass_on(&client.unwrap(), &server);
            }
        });
        Self { port, target }
    }

    fn lead_to(&self, server: &RedisServer) {
        self.target.store(server.port(), Ordering::SeqCst);
    }
}

fn pass_on(client: &TcpStream, server: &TcpStream) {
    for (from, into) in [(client, server), (server, client)] {
        let (mut from, mut into) = (from.try_clone().unwrap(), into.try_clone().unwrap());
        thread::spawn(move || {
            let _ = io::copy(&mut from, &mut into);
            let _ = into.shutdown(std::net::Shutdown::Both);
        });
    }
}

/// Ends the connections on which the server does not tell of changes.
fn break_plain(server: &RedisServer) {
    let list = server.command(&["CLIENT", "LIST"]).text();
    let field = |line: &str, name: &str| {
        line.split(' ').find_map(|field| field.strip_prefix(name)).unwrap_or_default().to_owned()
    };
    let plain = list.lines().filter(|line| !field(line, "flags=").contains('t') && field(line, "user=") == "cache");
    let ids: Vec<_> = plain.map(|line| field(line, "id=")).collect();
    let [id] = ids.as_slice() else { panic!("there is one: {list}") };
    assert_eq!(server.command(&["CLIENT", "KILL", "ID", id]).integer(), 1);
}

struct Stand {
    old: RedisServer,
    new: RedisServer,
    balancer: Balancer,
    cache: Cache,
}

async fn warmed() -> Stand {
    let (old, new) = (RedisServer::single(), RedisServer::single());
    let balancer = Balancer::to(&old);
    let cache = builder(&old.url_on(balancer.port)).build().unwrap();
    warm(&cache, "a", 1).await;
    assert_eq!(cache.stats().coherence, cache_runtime::Coherence::Tracking);
    Stand { old, new, balancer, cache }
}

async fn stays(cache: &Cache, value: u64) {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(2) {
        assert_eq!(read(cache, "a", value).await, value);
        sleep(Duration::from_millis(1)).await;
    }
    assert!(is_near(cache, "a").await, "and it is kept again");
}

#[tokio::test]
async fn what_is_invalidated_at_the_new_server_is_not_served_from_the_old_one() {
    let Stand { old, new, balancer, cache } = warmed().await;
    balancer.lead_to(&new);
    break_plain(&old);
    cache.invalidate("a").await.unwrap();
    stays(&cache, 2).await;
}

#[tokio::test]
async fn nor_what_others_invalidate_there() {
    let Stand { old, new, balancer, cache } = warmed().await;
    let other = stand::cache(&new);
    balancer.lead_to(&new);
    break_plain(&old);
    // This is acknowledged by the new server.
    cache.ping().await.unwrap();
    other.invalidate("a").await.unwrap();
    stays(&cache, 2).await;
}
