//! A connection that stands, and on which nothing is heard any more.

use std::io::Write;
use std::net::TcpStream;
use std::sync::{Arc, Mutex};

use cache_tests::eventually;
use tokio::time::Instant;

use super::channel::{becomes, listening, pledge};
use super::support::{Client, SOON, receive_all, serve};
use crate::clock::Tick;
use crate::store::{Coherence, Feed, NearFeed, Store};

/// A server that does all it is asked to, but passes on two messages only to each who subscribes: when it is heard for the
/// second time, the channel is believed.
#[derive(Default)]
struct Forgetful {
    subscriber: Mutex<Option<(TcpStream, u32)>>,
    subscriptions: Mutex<usize>,
}

impl Forgetful {
    fn start() -> (Arc<Self>, String) {
        let server = Arc::<Self>::default();
        let serving = Arc::clone(&server);
        (server, serve(move |client| serving.serve(client)))
    }

    fn serve(&self, mut client: Client) {
        while let Some(command) = receive_all(&mut client) {
            let words: Vec<_> = command.iter().map(String::as_str).collect();
            let answer = match words.as_slice() {
                ["PING"] => "+PONG\r\n".to_owned(),
                ["PTTL", _] => ":-2\r\n".to_owned(),
                ["GET", _] => "$-1\r\n".to_owned(),
                ["SUBSCRIBE", all, own] => {
                    *self.subscriber.lock().unwrap() = Some((client.get_ref().try_clone().unwrap(), 2));
                    *self.subscriptions.lock().unwrap() += 1;
                    let taken = |channel, n| format!("*3\r\n{}{}:{n}\r\n", bulk("subscribe"), bulk(channel));
                    taken(all, 1) + &taken(own, 2)
                }
                ["PUBLISH", channel, message] => {
                    if let Some((subscriber, left @ 1..)) = &mut *self.subscriber.lock().unwrap() {
                        *left -= 1;
                        let told = format!("*3\r\n{}{}{}", bulk("message"), bulk(channel), bulk(message));
                        subscriber.write_all(told.as_bytes()).unwrap();
                    }
                    ":1\r\n".to_owned()
                }
                _ => "-ERR unknown command\r\n".to_owned(),
            };
            if client.get_mut().write_all(answer.as_bytes()).is_err() {
                return;
            }
        }
    }
}

fn bulk(text: &str) -> String {
    format!("${}\r\n{text}\r\n", text.len())
}

#[tokio::test]
async fn it_is_not_believed_for_long_and_then_made_anew() {
    let (server, url) = Forgetful::start();
    let start = Instant::now();
    let (store, _) = listening(&url, NearFeed::Channel);
    let believed = becomes(&store, Coherence::Channel).await;
    eventually(SOON, "nobody vouches for it", async || !believed.holds(Tick::now())).await;
    assert!(start.elapsed() >= Feed::SILENCE && store.coherence() == Coherence::None);
    store.ping(SOON).await.unwrap();
    assert!(pledge(&store).await.is_none(), "the other connection stands, and says nothing of this one");
    assert_eq!(*server.subscriptions.lock().unwrap(), 1);
    let again = becomes(&store, Coherence::Channel).await;
    assert_eq!(*server.subscriptions.lock().unwrap(), 2);
    assert!(again != believed && !believed.holds(Tick::now()));
}
