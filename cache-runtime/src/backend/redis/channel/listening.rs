//! The task that keeps one runtime listening on the channel, for as long as Redis itself does not tell of changes, and the
//! handle on it.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use super::feeds::Feeds;
use super::subscription::{Silence, Subscription};
use crate::backend::redis::bond::Bond;
use crate::backend::redis::link::Seen;
use crate::backend::redis::news::News;
use crate::backend::redis::server::Place;
use crate::backend::redis::supervisor::{SHORTEST_PAUSE, Status};
use crate::clock::{Tick, before};
use crate::store::{Coherence, Pledge};

const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// Who may not listen is seldom permitted to soon.
const PAUSE_REFUSED: Duration = Duration::from_secs(30);
/// So often in a row a connection is made and closed, while another one stands, by a proxy that does not know the command. With
/// the pauses between them that takes longer than a heartbeat, by which the other one would have been found to be lost.
const HANG_UPS: u32 = 6;

/// What is heard on the channel, if there is one just now. Dropping it closes the connection.
pub(in crate::backend::redis) struct Channel {
    feeds: Feeds,
    task: JoinHandle<()>,
}

/// One who listens. Runs until it is dropped.
pub(in crate::backend::redis) struct Listening {
    place: Place,
    news: Arc<News>,
    bond: Arc<Bond>,
    plain: Seen,
    /// The connection on which Redis tells of changes, where that goes first.
    tracked: Option<Seen>,
    patience: Duration,
    feeds: Feeds,
    /// Nobody can be heard here, for all that is known.
    has_given_up: bool,
}

impl Channel {
    pub(in crate::backend::redis) fn open(listening: Listening, runtime: &Handle) -> Self {
        Self { feeds: listening.feeds.clone(), task: runtime.spawn(listening.run()) }
    }

    pub(in crate::backend::redis) fn pledge(&self, now: Tick) -> Option<Pledge> {
        self.feeds.pledge(now)
    }

    pub(in crate::backend::redis) fn coherence(&self, now: Tick) -> Coherence {
        self.feeds.coherence(now)
    }

    pub(in crate::backend::redis) fn close(&self) {
        self.task.abort();
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.close();
    }
}

impl Listening {
    pub(in crate::backend::redis) fn new(
        place: &Place,
        news: &Arc<News>,
        bond: &Arc<Bond>,
        (plain, tracked): (Seen, Option<Seen>),
        patience: Duration,
    ) -> Self {
        let (place, news, bond, feeds) = (place.clone(), Arc::clone(news), Arc::clone(bond), Feeds::silent());
        Self { place, news, bond, plain, tracked, patience, feeds, has_given_up: false }
    }

    async fn run(mut self) {
        let Some(mut tracked) = self.tracked.take() else { return self.listen().await };
        while is_missed(&mut tracked, &self.plain).await {
            let comes_up = tracked.wait_for(|status| matches!(status, Status::Up(_)));
            before(self.listen(), comes_up).await;
            self.feeds.fall_silent();
            self.has_given_up = false;
        }
    }

    /// Listens for as long as there is another connection.
    async fn listen(&mut self) {
        let (mut pause, mut hang_ups) = (SHORTEST_PAUSE, 0);
        while self.plain.wait_for(|status| matches!(status, Status::Up(_))).await.is_ok() {
            let Some((_, endpoint)) = self.bond.made().await else { return };
            let told = (&self.news, &self.feeds);
            let silence = match Subscription::open(&endpoint, self.plain.clone(), told, self.patience).await {
                Ok(subscription) => {
                    (pause, hang_ups) = (SHORTEST_PAUSE, 0);
                    self.has_given_up = false;
                    self.news.said().channel(&self.place, self.news.channel());
                    subscription.listen().await
                }
                Err(silence) => silence,
            };
            self.feeds.lost();
            hang_ups = if matches!(silence, Silence::HungUp) && is_up(&self.plain) { hang_ups + 1 } else { 0 };
            match silence {
                Silence::Refused(reason) => self.give_up(&reason),
                Silence::HungUp if hang_ups >= HANG_UPS => self.give_up("the connection is closed by whoever is asked"),
                Silence::HungUp => {}
                Silence::Lost(reason) => {
                    tracing::debug!(target: "cache_runtime", endpoint = %self.place, reason, "the channel on which other processes tell of changes is not heard");
                }
            }
            sleep(pause.mul_f64(0.5 + 0.5 * fastrand::f64())).await;
            pause = if self.has_given_up { PAUSE_REFUSED } else { LONGEST_PAUSE.min(pause * 2) };
        }
    }

    fn give_up(&mut self, reason: &str) {
        self.has_given_up = true;
        self.feeds.refused();
        self.news.said().expiry(&self.place, reason);
    }
}

/// Its task has ended, be it with its runtime.
impl Drop for Listening {
    fn drop(&mut self) {
        self.feeds.fall_silent();
    }
}

fn is_up(link: &Seen) -> bool {
    matches!(*link.borrow(), Status::Up(_))
}

/// Returns when Redis is there and does not tell of changes: it refuses to, or somebody hangs up on it again and again while
/// the other connection stands. `false`: nobody needs it any more.
async fn is_missed(tracked: &mut Seen, plain: &Seen) -> bool {
    let mut hang_ups = 0;
    loop {
        let (is_refused, is_hang_up) = match &*tracked.borrow_and_update() {
            Status::Down(trouble) => (trouble.is_for_good, trouble.is_hang_up),
            _ => (false, false),
        };
        hang_ups = if is_hang_up && is_up(plain) { hang_ups + 1 } else { 0 };
        if is_refused || hang_ups >= HANG_UPS {
            return true;
        }
        if tracked.changed().await.is_err() {
            return false;
        }
    }
}
