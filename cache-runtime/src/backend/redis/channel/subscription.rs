//! One connection on which other processes are heard.
//!
//! Beside the channel of the namespace it listens to a private one, on which it hears itself: what was sent there by the other
//! connection has come all the way that news take, and all that was told before it was heard before it.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use futures_util::StreamExt;
use redis::aio::PubSubStream;
use redis::{Msg, RedisError};

use super::audience::DEAF;
use super::feeds::Feeds;
use crate::backend::redis::attempt::CONNECT_TIMEOUT;
use crate::backend::redis::errors::{is_about_the_connection, is_for_good, without_secrets};
use crate::backend::redis::link::Seen;
use crate::backend::redis::news::News;
use crate::backend::redis::server::{Endpoint, lasts};
use crate::backend::redis::supervisor::{HEARTBEAT, STRIKES, Status};
use crate::clock::{self, Tick, at_most, before};

pub(super) struct Subscription {
    stream: PubSubStream,
    ears: Arc<Ears>,
    beats: Beats,
    /// How long the login is to be used. Who listens cannot log in again.
    lasts: Option<Duration>,
}

/// Why nothing is heard.
pub(super) enum Silence {
    /// The connection is lost, or none is made: for a log, without passwords.
    Lost(String),
    /// It was closed as soon as it was asked to listen, as proxies do that do not know how.
    HungUp,
    /// This user may not listen, or may not tell, or nobody may.
    Refused(String),
}

/// What hears.
struct Ears {
    news: Arc<News>,
    private: String,
    feeds: Feeds,
    /// Before that, nothing that is heard says that everything is.
    believed_from: Tick,
    /// How many were sent and not heard. The first one is owed from the beginning.
    unheard: AtomicU32,
}

/// What tells on the private channel.
struct Beats {
    plain: Seen,
    patience: Duration,
    ears: Arc<Ears>,
}

impl Subscription {
    /// Connects, subscribes, and returns when the first beat was heard. It is not believed before a later one is.
    pub(super) async fn open(
        endpoint: &Endpoint,
        plain: Seen,
        (news, feeds): (&Arc<News>, &Feeds),
        patience: Duration,
    ) -> Result<Self, Silence> {
        let private = news.private_channel().map_err(|error| Silence::Lost(error.to_string()))?;
        let lost = |error: &RedisError| Silence::Lost(without_secrets(error));
        let login = endpoint.login().await.map_err(|trouble| Silence::Lost(trouble.reason))?;
        let made = async { endpoint.clone().of_user(login.as_ref()).client()?.get_async_pubsub().await };
        let made = at_most(CONNECT_TIMEOUT, pin!(made)).await.ok_or_else(Silence::late)?;
        let mut pubsub = made.map_err(|error| lost(&error))?;
        let subscribed = at_most(patience, pubsub.subscribe(&[news.channel(), &private])).await;
        subscribed.ok_or_else(Silence::late)?.map_err(|error| match error {
            error if is_about_the_connection(&error) => Silence::HungUp,
            error if is_for_good(&error) => Silence::Refused(without_secrets(&error)),
            error => lost(&error),
        })?;
        let (news, feeds) = (Arc::clone(news), feeds.clone());
        let believed_from = Tick::now().within(DEAF);
        let ears = Arc::new(Ears { news, private, feeds, believed_from, unheard: AtomicU32::new(1) });
        let beats = Beats { plain, patience, ears: Arc::clone(&ears) };
        let mut subscription = Self { stream: pubsub.into_on_message(), ears, beats, lasts: lasts(login.as_ref()) };
        subscription.hear_the_first_beat().await?;
        Ok(subscription)
    }

    async fn hear_the_first_beat(&mut self) -> Result<(), Silence> {
        let Self { stream, ears, beats, .. } = self;
        beats.tell().await?;
        let heard = async {
            while ears.unheard.load(Ordering::Relaxed) > 0 {
                ears.hear(&stream.next().await.ok_or_else(Silence::closed)?);
            }
            Ok(())
        };
        at_most(beats.patience, pin!(heard)).await.ok_or_else(Silence::late)?
    }

    /// Listens until there is nothing to be heard any more.
    pub(super) async fn listen(self) -> Silence {
        let Self { mut stream, ears, beats, lasts } = self;
        let hearing = async {
            while let Some(message) = stream.next().await {
                ears.hear(&message);
            }
        };
        let (telling, hearing) = (pin!(beats.tell_on()), pin!(hearing));
        let told = before(telling, hearing);
        match lasts {
            Some(time) => at_most(time, pin!(told)).await.unwrap_or_else(|| Some(Silence::outdated())),
            None => told.await,
        }
        .unwrap_or_else(Silence::closed)
    }
}

impl Silence {
    fn late() -> Self {
        Self::Lost("no answer in time".to_owned())
    }

    fn outdated() -> Self {
        Self::Lost("the login is to be renewed".to_owned())
    }

    fn closed() -> Self {
        Self::Lost("the connection was closed".to_owned())
    }
}

impl Ears {
    fn hear(&self, message: &Msg) {
        let (channel, payload) = (message.get_channel_name(), message.get_payload_bytes());
        match self.news.listener() {
            _ if channel == self.private => match told_at(payload) {
                Some(told) => {
                    self.unheard.store(0, Ordering::Relaxed);
                    if told >= self.believed_from {
                        self.feeds.heard(told);
                    }
                }
                None => self.feeds.interrupt(),
            },
            Some(listener) if channel == self.news.channel() && !payload.is_empty() => listener.changed(payload),
            _ => self.feeds.interrupt(),
        }
    }
}

/// When a beat was told, which is what it says. Never later than now.
fn told_at(payload: &[u8]) -> Option<Tick> {
    let bits = str::from_utf8(payload).ok()?.parse().ok()?;
    Some(Tick::from_bits(bits)).filter(|told| *told <= Tick::now())
}

impl Beats {
    /// Tells one after the other, until that is refused, or too few of them are heard.
    async fn tell_on(&self) -> Silence {
        // The second one comes when it says something for the first time.
        let mut pause = DEAF;
        while self.ears.unheard.load(Ordering::Relaxed) < STRIKES {
            clock::pause(pause).await;
            pause = HEARTBEAT;
            if let Err(silence) = self.tell().await {
                return silence;
            }
        }
        Silence::late()
    }

    /// Tells one, if the other connection is there. An `Err` says that this will never do.
    async fn tell(&self) -> Result<(), Silence> {
        let Status::Up(mut connection) = self.plain.borrow().clone() else { return Ok(()) };
        let mut publish = redis::cmd("PUBLISH");
        publish.arg(&self.ears.private).arg(Tick::now().to_bits());
        // Before it is sent: its echo may be back before its answer is.
        self.ears.unheard.fetch_add(1, Ordering::Relaxed);
        let answer = at_most(self.patience, connection.send_packed_command(&publish)).await;
        match answer.map(|answer| answer.and_then(redis::Value::extract_error)) {
            Some(Err(error)) if is_for_good(&error) => Err(Silence::Refused(without_secrets(&error))),
            _ => Ok(()),
        }
    }
}
