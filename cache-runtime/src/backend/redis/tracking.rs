//! The connection on which the server tells of changes.
//!
//! Redis remembers which keys were read on it and says once that one has changed
//! ([client tracking](https://redis.io/docs/latest/develop/reference/client-side-caching/)). In its default mode only:
//! `NOLOOP` forgets keys that this connection writes, `REDIRECT` is silent after a disconnection, and `BCAST` tells of keys
//! that are none of ours.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use redis::aio::SendError;
use redis::{AsyncConnectionConfig, Client, Cmd, PushInfo, PushKind, RedisResult, Value};
use tokio::sync::Notify;

use super::bond::Bond;
use super::cluster::Mandate;
use super::line::{Line, Trouble};
use super::news::News;
use super::server::{Endpoint, Place};
use super::waiters::Waiters;
use crate::clock::Tick;
use crate::store::{Feed, Listener};

/// What waits here for the connection asks on another one meanwhile, so there is no hurry.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// A server that cannot track, or may not for this user, is seldom another one soon.
const LONGEST_PAUSE_REFUSED: Duration = Duration::from_secs(30);

pub(super) struct Tracking {
    place: Place,
    ears: Arc<Ears>,
    news: Arc<News>,
    bond: Arc<Bond>,
    /// How many plain connections were lost when this one was begun to be made.
    losses: AtomicU64,
    /// In a cluster the node is believed only as long as it has this.
    mandate: Option<Arc<Mandate>>,
}

/// Who is told.
struct Ears {
    waiters: Arc<Waiters>,
    feed: Arc<Feed>,
    listener: Option<Arc<dyn Listener>>,
}

impl Tracking {
    pub(super) fn new(
        place: &Place,
        news: &Arc<News>,
        bond: &Arc<Bond>,
        waiters: &Arc<Waiters>,
        feed: &Arc<Feed>,
        mandate: Option<Arc<Mandate>>,
    ) -> Self {
        let ears = Ears { waiters: Arc::clone(waiters), feed: Arc::clone(feed), listener: news.listener().cloned() };
        let (place, ears, news) = (place.clone(), Arc::new(ears), Arc::clone(news));
        Self { place, ears, news, bond: Arc::clone(bond), losses: AtomicU64::new(0), mandate }
    }
}

impl Line for Tracking {
    async fn find(&self) -> Result<Endpoint, Trouble> {
        // Where the plain connection leads, whatever else would be found by now.
        let endpoint = self.bond.endpoint(self.losses.load(Ordering::Relaxed));
        endpoint.ok_or_else(|| Trouble::outage("the other connection is lost"))
    }

    fn client(&self, endpoint: &Endpoint) -> RedisResult<Client> {
        endpoint.told()
    }

    fn config(&self, config: AsyncConnectionConfig, suspicion: &Arc<Notify>) -> AsyncConnectionConfig {
        if let Some(mandate) = &self.mandate {
            mandate.ring_by(suspicion);
        }
        let (ears, suspicion) = (Arc::clone(&self.ears), Arc::clone(suspicion));
        config.set_push_sender(move |push: PushInfo| {
            if push.kind == PushKind::Disconnection {
                suspicion.notify_one();
            }
            ears.hear(&push);
            Ok::<_, SendError>(())
        })
    }

    fn greeting(&self) -> Cmd {
        let mut tracking = redis::cmd("CLIENT");
        tracking.arg("TRACKING").arg("ON");
        tracking
    }

    fn welcomes(&self, answer: Value) -> Result<(), Trouble> {
        answer.extract_error().map(drop).map_err(|error| Trouble::from(&error))
    }

    fn heartbeat(&self) -> Cmd {
        self.mandate.as_ref().map_or_else(|| redis::cmd("PING"), |mandate| mandate.question())
    }

    fn vouches(&self, answer: RedisResult<Value>) -> bool {
        let is_vouched = self.mandate.as_ref().is_none_or(|mandate| mandate.judge(answer));
        if !is_vouched {
            self.ears.feed.fall_silent();
        }
        is_vouched
    }

    async fn ready(&self) {
        if let Some((losses, _)) = self.bond.made().await {
            self.losses.store(losses, Ordering::Relaxed);
        }
    }

    async fn outlived(&self) {
        self.bond.ends(self.losses.load(Ordering::Relaxed)).await;
    }

    fn connected(&self, _endpoint: &Endpoint) {
        if let Some(mandate) = &self.mandate {
            mandate.ask();
        }
    }

    fn answered(&self, asked: Tick) {
        if self.mandate.as_ref().is_none_or(|mandate| mandate.holds()) {
            self.bond.heard(self.losses.load(Ordering::Relaxed), asked);
        }
    }

    fn lost(&self) {
        if let Some(mandate) = &self.mandate {
            mandate.lapse();
        }
        self.ears.feed.fall_silent();
    }

    fn say_up(&self) {
        tracing::debug!(target: "cache_runtime", endpoint = %self.place, "redis tells of changes again");
    }

    fn say_down(&self, trouble: &Trouble) {
        let (endpoint, reason) = (&self.place, &trouble.reason);
        if trouble.is_refusal {
            self.news.said().polling(endpoint, reason);
        } else {
            tracing::debug!(target: "cache_runtime", %endpoint, reason, "the connection on which redis tells of changes is down");
        }
    }

    fn longest_pause(&self, trouble: &Trouble) -> Duration {
        if trouble.is_refusal { LONGEST_PAUSE_REFUSED } else { LONGEST_PAUSE }
    }
}

/// Its supervisor has ended, be it with its runtime.
impl Drop for Tracking {
    fn drop(&mut self) {
        self.ears.feed.fall_silent();
    }
}

impl Ears {
    /// Called by the connection's driver, between two replies: it must not wait for anything.
    fn hear(&self, push: &PushInfo) {
        match (&push.kind, push.data.as_slice()) {
            (PushKind::Invalidate, [Value::Array(keys)]) => keys.iter().for_each(|key| match key {
                Value::BulkString(key) => self.changed(key),
                _ => self.everything_changed(),
            }),
            // All keys at once: `FLUSHALL` says `null`. And nothing more will be heard of this connection.
            (PushKind::Invalidate | PushKind::Disconnection, _) => self.everything_changed(),
            _ => {}
        }
    }

    fn changed(&self, key: &[u8]) {
        if let Some(listener) = &self.listener {
            listener.changed(key);
        }
        self.waiters.wake(key);
    }

    fn everything_changed(&self) {
        self.feed.interrupt();
        self.waiters.wake_all();
    }
}
