//! Who is hung up on while it tells of a change.

use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::log;
use super::support::{Client, SOON, key, receive, serve, store};
use crate::error::ErrorKind;
use crate::store::Store;

/// What becomes of a word.
#[derive(Clone, Copy)]
enum Fate {
    /// Somebody hears it.
    Heard,
    HungUp,
    Unanswered,
}

/// A server at which that becomes of one word after the other, from the beginning again when it is through.
struct Moody {
    fates: &'static [Fate],
    told: AtomicUsize,
    /// The changes that were made, and the words that were heard, in their order.
    done: Mutex<Vec<String>>,
}

impl Moody {
    fn start(fates: &'static [Fate]) -> (Arc<Self>, String) {
        let server = Arc::new(Self { fates, told: AtomicUsize::new(0), done: Mutex::default() });
        let serving = Arc::clone(&server);
        (server, serve(move |client| serving.serve(client)))
    }

    fn serve(&self, mut client: Client) {
        while let Some(command) = receive(&mut client) {
            let fate = match command.as_str() {
                "PUBLISH" => {
                    let told = self.told.fetch_add(1, Ordering::SeqCst);
                    self.fates[told % self.fates.len()]
                }
                _ => Fate::Heard,
            };
            let answer = if command == "PING" { "+PONG\r\n" } else { ":1\r\n" };
            match fate {
                Fate::Heard => {
                    // First: whoever has the answer may look at once.
                    self.done.lock().unwrap().push(command);
                    client.get_mut().write_all(answer.as_bytes()).unwrap();
                }
                Fate::HungUp => return,
                Fate::Unanswered => {}
            }
        }
    }

    fn told(&self) -> usize {
        self.told.load(Ordering::SeqCst)
    }

    fn heard(&self) -> usize {
        self.done.lock().unwrap().iter().filter(|command| *command == "PUBLISH").count()
    }
}

#[tokio::test]
async fn twice_in_a_row_is_tried_again_whatever_comes_later() {
    let (server, url) = Moody::start(&[Fate::HungUp, Fate::HungUp, Fate::Heard]);
    let store = store(&url);
    for round in 1..=5 {
        store.remove(&key("k"), SOON).await.unwrap();
        assert_eq!(server.heard(), round);
        let done = server.done.lock().unwrap();
        let last = done.iter().rfind(|command| *command != "PING");
        assert_eq!(last.unwrap(), "PUBLISH", "what is told is made");
    }
}

#[tokio::test]
async fn three_times_in_a_row_is_an_answer_and_said_once() {
    let (log, _listening) = log::listen();
    let (server, url) = Moody::start(&[Fate::HungUp]);
    let store = store(&url);
    for _ in 0..10 {
        store.remove(&key("k"), SOON).await.unwrap();
    }
    assert_eq!((server.told(), server.heard()), (3, 0));
    assert_eq!(log.count_both("WARN", "other processes cannot be told"), 1);
}

#[tokio::test]
async fn what_may_not_have_been_told_when_the_time_is_over_is_not_done() {
    let (server, url) = Moody::start(&[Fate::HungUp, Fate::Unanswered, Fate::HungUp, Fate::Heard]);
    let store = store(&url);
    let error = store.remove(&key("k"), Duration::from_millis(300)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    // As the recall does.
    store.remove(&key("k"), SOON).await.unwrap();
    assert_eq!((server.told(), server.heard()), (4, 1));
}
