//! The channel on which processes tell each other of changes: when it is believed, and what is said of it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use cache_tests::{Fault, FaultProxy, RedisServer, eventually};
use tokio::time::sleep;

use super::support::{SOON, calls, key};
use crate::backend::redis::{Address, News, RedisStore};
use crate::clock::Tick;
use crate::key::Key;
use crate::store::{Coherence, Feed, Listener, NearFeed, Pledge, Query, Store, Tags};

const LONG: Duration = Duration::from_secs(600);
/// What the bytes of an entry begin with, and what is at the key while one is loaded.
const ENTRY: &[u8] = b"V0123456789abcdef";
const LEASE: &[u8] = b"P0123456789abcdef";

/// Remembers which keys have changed.
#[derive(Default)]
pub(super) struct Heard(Mutex<Vec<String>>);

impl Listener for Heard {
    fn changed(&self, key: &[u8]) {
        self.0.lock().unwrap().push(String::from_utf8_lossy(key).into_owned());
    }
}

impl Heard {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.0.lock().unwrap().iter().any(|heard| heard == key)
    }
}

pub(super) fn listening(url: &str, feed: NearFeed) -> (RedisStore, Arc<Heard>) {
    let store = RedisStore::open(Address::parse(url).unwrap(), News::new("shop", feed), SOON);
    let heard = Arc::<Heard>::default();
    assert!(store.listen(Arc::clone(&heard) as Arc<dyn Listener>));
    (store, heard)
}

/// A server whose user may do everything but `wrong`.
pub(super) fn server(wrong: &str) -> (RedisServer, String) {
    let server = RedisServer::start();
    let rules = format!("ACL SETUSER plain on >secret ~* &* +@all {wrong}");
    assert_eq!(server.command(&rules.split_whitespace().collect::<Vec<_>>()).text(), "OK");
    let url = format!("redis://plain:secret@127.0.0.1:{}", server.port());
    (server, url)
}

pub(super) async fn pledge(store: &RedisStore) -> Option<Pledge> {
    let key = key("k");
    store.get(Query { key: &key, life: true, keep: true, tags: Tags::NONE }, SOON).await.ok()?.pledge
}

pub(super) async fn becomes(store: &RedisStore, coherence: Coherence) -> Pledge {
    eventually(SOON, "the coherence", async || pledge(store).await.is_some() && store.coherence() == coherence).await;
    pledge(store).await.unwrap()
}

#[tokio::test]
async fn what_replaces_or_removes_an_entry_is_told_and_nothing_else_is() {
    let (server, url) = server("");
    let ((store, heard), (other, _)) = (listening(&url, NearFeed::Channel), listening(&url, NearFeed::Auto));
    becomes(&store, Coherence::Channel).await;
    let bytes = |begin: &[u8]| Bytes::copy_from_slice(begin);
    let keys: Vec<Key> = (0..9).map(|n| key(&format!("k{n}"))).collect();
    let key = |n: usize| keys.get(n).unwrap();
    other.remove(key(0), SOON).await.unwrap();
    other.set(key(1), bytes(LEASE), LONG, SOON).await.unwrap();
    assert!(other.replace(key(1), LEASE, bytes(LEASE), LONG, SOON).await.unwrap());
    assert!(other.add(key(2), bytes(LEASE), LONG, SOON).await.unwrap());
    assert!(other.replace(key(2), LEASE, bytes(ENTRY), LONG, SOON).await.unwrap());
    assert!(other.add(key(3), bytes(LEASE), LONG, SOON).await.unwrap());
    assert!(other.remove_if(key(3), LEASE, SOON).await.unwrap());
    assert!(other.replace(key(2), ENTRY, bytes(ENTRY), LONG, SOON).await.unwrap());
    assert!(other.remove_if(key(2), ENTRY, SOON).await.unwrap());
    let tags = [key(4).clone()];
    other.use_tags(&tags[0], Tags { every: None, own: &tags }, LONG, SOON).await.unwrap();
    other.remove(key(8), SOON).await.unwrap();
    eventually(SOON, "the last one", async || heard.has("k8")).await;
    assert_eq!(heard.take(), ["k0", "k1", "k2", "k2", "k8"]);
    assert_eq!(server.command(&["PUBSUB", "CHANNELS", "shop:*"]).texts().len(), 2);
}

#[tokio::test]
async fn what_is_told_after_a_tracking_connection_was_lost_is_no_refusal() {
    let (server, url) = server("");
    let proxy = FaultProxy::to(server.port());
    let url = url.replace(&server.port().to_string(), &proxy.port().to_string());
    let (store, _) = listening(&url, NearFeed::Auto);
    becomes(&store, Coherence::Tracking).await;
    for fault in [Fault::Refuse, Fault::Reset] {
        proxy.set(fault);
        eventually(SOON, "it is lost", async || store.coherence() == Coherence::None).await;
        sleep(Duration::from_secs(3)).await;
        assert_eq!(store.coherence(), Coherence::None, "{fault:?}");
        proxy.set(Fault::None);
        becomes(&store, Coherence::Tracking).await;
    }
    assert_eq!(calls(&server, "subscribe"), 0);
}

#[tokio::test]
async fn a_server_that_has_no_room_just_now_is_no_reason_to_believe_everything() {
    let (server, url) = server("-client");
    let (store, _) = listening(&url, NearFeed::Channel);
    store.ping(SOON).await.unwrap();
    server.command(&["CONFIG", "SET", "maxclients", "1"]);
    for _ in 0..20 {
        assert!(pledge(&store).await.is_none());
        sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(store.coherence(), Coherence::None);
}

#[tokio::test]
async fn it_is_heard_again_and_again_and_ends_with_its_store() {
    let (server, url) = server("");
    let (store, _) = listening(&url, NearFeed::Channel);
    let pledge = becomes(&store, Coherence::Channel).await;
    sleep(Feed::SILENCE * 2).await;
    assert!(pledge.holds(Tick::now()));
    assert!(calls(&server, "publish") >= 4);
    drop(store);
    eventually(SOON, "nobody vouches for it", async || !pledge.holds(Tick::now())).await;
    eventually(SOON, "nobody listens", async || server.command(&["PUBSUB", "CHANNELS"]).texts().is_empty()).await;
}

#[tokio::test]
async fn what_is_said_on_the_private_channel_by_others_is_not_believed() {
    let (server, url) = server("");
    let (store, heard) = listening(&url, NearFeed::Channel);
    becomes(&store, Coherence::Channel).await;
    let channels = server.command(&["PUBSUB", "CHANNELS"]).texts();
    let private = channels.iter().find(|name| name.len() > "shop:%~near".len()).unwrap();
    for strange in ["", "soon", "18446744073709551615", "-1"] {
        let pledge = pledge(&store).await.unwrap();
        assert_eq!(server.command(&["PUBLISH", private, strange]).integer(), 1);
        eventually(SOON, strange, async || !pledge.holds(Tick::now())).await;
    }
    assert!(heard.take().is_empty());
}
