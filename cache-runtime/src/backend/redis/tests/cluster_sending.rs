//! What is sent a second time in a cluster, and what is not.

use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use bytes::Bytes;

use super::support::{Client, SOON, key, receive_all, serve, store};
use crate::backend::redis::RedisStore;
use crate::clock;
use crate::error::ErrorKind;
use crate::store::{Query, Store, Tags};

/// What a node does with a command that has a key.
#[derive(Clone, Copy)]
enum Act {
    /// Breaks the connection: nobody knows whether it was done.
    HangUp,
    /// Says something, in which `{other}` is the other node.
    Say(&'static str),
}

/// Two nodes. All slots are at the first, as both say.
struct Nodes {
    urls: [String; 2],
    heard: Arc<Mutex<Vec<(usize, String)>>>,
}

impl Nodes {
    fn start(acts: [Act; 2]) -> Self {
        let (heard, ports) = (Arc::<Mutex<Vec<_>>>::default(), Arc::<OnceLock<[u16; 2]>>::default());
        let urls = [0, 1].map(|node| {
            let (heard, ports, act) = (Arc::clone(&heard), Arc::clone(&ports), acts[node]);
            serve(move |client| answer(client, node, act, *ports.wait(), &heard))
        });
        ports.set([0, 1].map(|node: usize| urls[node].rsplit_once(':').unwrap().1.parse().unwrap())).unwrap();
        Self { urls, heard }
    }

    fn store(&self) -> RedisStore {
        store(&self.urls[0].replace("redis://", "redis+cluster://"))
    }

    /// Which nodes were asked to do `command`, in that order.
    fn heard(&self, command: &str) -> Vec<usize> {
        let heard = self.heard.lock().unwrap();
        heard.iter().filter(|(_, heard)| heard == command).map(|(node, _)| *node).collect()
    }
}

fn answer(mut client: Client, node: usize, act: Act, ports: [u16; 2], heard: &Mutex<Vec<(usize, String)>>) {
    while let Some(command) = receive_all(&mut client) {
        let words: Vec<_> = command.iter().map(String::as_str).collect();
        let said = match words.as_slice() {
            ["PING"] => "+PONG\r\n".to_owned(),
            ["ASKING"] => "+OK\r\n".to_owned(),
            ["CLUSTER", "INFO"] => "$16\r\ncluster_state:ok\r\n".to_owned(),
            ["CLUSTER", "SLOTS"] => {
                format!("*1\r\n*3\r\n:0\r\n:16383\r\n*3\r\n$9\r\n127.0.0.1\r\n:{}\r\n$1\r\nx\r\n", ports[0])
            }
            [name, ..] => {
                heard.lock().unwrap().push((node, (*name).to_owned()));
                match act {
                    Act::HangUp => return,
                    Act::Say(text) => {
                        format!("{}\r\n", text.replace("{other}", &format!("127.0.0.1:{}", ports[1 - node])))
                    }
                }
            }
            [] => return,
        };
        client.get_mut().write_all(said.as_bytes()).unwrap();
    }
}

#[tokio::test]
async fn what_puts_something_is_sent_once_when_nobody_knows_whether_it_was_done() {
    let nodes = Nodes::start([Act::HangUp; 2]);
    let (store, key, bytes) = (nodes.store(), key("k"), Bytes::from_static(b"x"));
    let kind = async |put: crate::store::Answer<'_, ()>| put.await.unwrap_err().kind();
    assert_eq!(kind(store.set(&key, bytes.clone(), SOON, SOON)).await, ErrorKind::Unavailable);
    assert_eq!(nodes.heard("SET"), [0]);
    assert_eq!(store.add(&key, bytes, SOON, SOON).await.unwrap_err().kind(), ErrorKind::Unavailable);
    assert_eq!(nodes.heard("SET"), [0, 0]);
    let tags = [key.clone(), super::support::key("another")];
    store.use_tags(&key, Tags { every: None, own: &tags }, SOON, SOON).await.unwrap_err();
    assert_eq!(nodes.heard("EVAL").len(), 1, "the second of them was on the same way");
    store.remove(&key, SOON).await.unwrap_err();
    assert_eq!(nodes.heard("DEL"), [0, 0]);
}

#[tokio::test]
async fn whoever_is_sent_away_does_it_elsewhere_whatever_it_is() {
    for redirection in ["-MOVED 1 {other}", "-ASK 1 {other}"] {
        let nodes = Nodes::start([Act::Say(redirection), Act::Say("+OK")]);
        let (store, key, bytes) = (nodes.store(), key("k"), Bytes::from_static(b"x"));
        store.set(&key, bytes.clone(), SOON, SOON).await.unwrap();
        assert!(store.add(&key, bytes, SOON, SOON).await.unwrap());
        let heard = nodes.heard("SET");
        assert_eq!(heard[..2], [0, 1], "{redirection}");
        assert!(heard[2..] == [1] || heard[2..] == [0, 1], "{redirection}: {heard:?}");
    }
}

#[tokio::test]
async fn nodes_that_send_to_and_fro_are_given_up_within_the_time() {
    let nodes = Nodes::start([Act::Say("-MOVED 1 {other}"); 2]);
    let (store, key) = (nodes.store(), key("k"));
    let query = Query { key: &key, life: false, keep: false, tags: Tags::NONE };
    assert_eq!(store.get(query, SOON).await.unwrap_err().kind(), ErrorKind::Unavailable);
    assert!((2..40).contains(&nodes.heard("GET").len()), "{:?}", nodes.heard("GET"));
}

#[tokio::test]
async fn a_node_that_serves_nobody_is_not_waited_for() {
    for refusal in ["-CLUSTERDOWN The cluster is down", "-LOADING Redis is loading the dataset in memory"] {
        let nodes = Nodes::start([Act::Say(refusal); 2]);
        let (store, key) = (nodes.store(), key("k"));
        assert_eq!(store.remove(&key, SOON).await.unwrap_err().kind(), ErrorKind::Unavailable, "{refusal}");
        assert_eq!(nodes.heard("DEL"), [0]);
    }
}

#[tokio::test]
async fn who_is_asked_too_early_is_asked_again_until_the_time_is_over() {
    let nodes = Nodes::start([Act::Say("-TRYAGAIN Multiple keys request during rehashing of slot"); 2]);
    let (store, key) = (nodes.store(), key("k"));
    store.ping(SOON).await.unwrap();
    let start = clock::now();
    let error = store.remove(&key, Duration::from_millis(500)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    // Ten milliseconds lie between two of them.
    let (asked, most) = (nodes.heard("DEL").len(), 2 + clock::since(start).as_millis() / 10);
    assert!(asked >= 5 && asked as u128 <= most, "asked {asked} times, and {most} at most was expected");
}
