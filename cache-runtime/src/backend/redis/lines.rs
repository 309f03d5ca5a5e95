//! The connections of one tokio runtime: one to ask on, one on which the server tells of changes, and where it does not, one
//! on which other processes do; and one for what is large.

use std::ptr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use redis::{RedisError, Value};
use tokio::runtime::Handle;

use super::bond::Bond;
use super::channel::{Change, Channel, Listening, Publisher};
use super::cluster::Mandate;
use super::errors::{overloaded, timed_out};
use super::large::{Bulk, BulkLine, InPieces, Size, Stop, probe};
use super::link::Link;
use super::losses::Losses;
use super::news::News;
use super::per_runtime::Driven;
use super::plain::Plain;
use super::reading::Reading;
use super::reads::{Reads, Turn, answered};
use super::server::Place;
use super::tracking::Tracking;
use super::waiters::{Waiter, Waiters};
use crate::clock::{self, Instant, Tick};
use crate::error::Error;
use crate::key::Key;
use crate::store::{Coherence, Feed, Found, NearFeed, Pledge, Query};

pub(super) struct Lines {
    place: Place,
    runtime: Handle,
    patience: Duration,
    news: Arc<News>,
    plain: Link,
    /// What is read on it.
    reads: Reads,
    publisher: Publisher,
    bond: Arc<Bond>,
    /// What is heard on the second connection.
    feed: Arc<Feed>,
    /// Opened by the first who waits for a change, or keeps what it reads.
    told: OnceLock<Told>,
    /// Opened by the first who keeps what it reads.
    channel: OnceLock<Channel>,
    /// Its connection is opened by the first who finds a large value, or puts one.
    large: Bulk,
    /// In a cluster: what the node is asked for when it is to be believed.
    mandate: Option<Arc<Mandate>>,
}

/// The second connection, and who listens on it.
pub(super) struct Told {
    link: Link,
    reads: Reads,
    waiters: Arc<Waiters>,
}

impl Lines {
    /// Begins to connect. `patience` is how long a caller may have to wait before the breaker opens.
    pub(super) fn open(
        place: &Place,
        losses: &Arc<Losses>,
        news: &Arc<News>,
        runtime: Handle,
        patience: Duration,
        mandate: Option<Arc<Mandate>>,
    ) -> Self {
        let feed = Feed::new(Coherence::Tracking);
        let bond = Bond::new(Arc::clone(&feed));
        let plain = Link::open(Plain::new(place, losses, &bond), &runtime, patience);
        let (place, news, publisher) = (place.clone(), Arc::clone(news), Publisher::new(news, &bond));
        let (large, told, channel) = (Bulk::new(), OnceLock::new(), OnceLock::new());
        let reads = Reads::new(patience, &large.keys);
        Self { place, runtime, patience, news, plain, reads, publisher, bond, feed, told, channel, large, mandate }
    }

    pub(super) fn plain(&self) -> &Link {
        &self.plain
    }

    pub(super) fn told(&self) -> &Told {
        self.told.get_or_init(|| {
            let waiters = Arc::<Waiters>::default();
            let tracking = self.tracking(&waiters);
            Told {
                link: Link::open(tracking, &self.runtime, self.patience),
                reads: Reads::new(self.patience, &self.large.keys),
                waiters,
            }
        })
    }

    pub(super) fn large(&self) -> &Bulk {
        &self.large
    }

    pub(super) fn bulk(&self) -> &Link {
        self.large.link(|| Link::open(BulkLine::new(&self.place, &self.bond), &self.runtime, self.patience))
    }

    fn tracking(&self, waiters: &Arc<Waiters>) -> Tracking {
        let mandate = self.mandate.clone();
        Tracking::new(&self.place, &self.news, &self.bond, waiters, &self.feed, mandate)
    }

    /// Reads an entry, with its tags.
    pub(super) async fn read(&self, query: Query<'_>, within: Duration) -> Result<Result<Found, RedisError>, Error> {
        if self.large.keys.size(query.key) == Size::Ordinary {
            return self.read_whole(query, within).await;
        }
        let deadline = clock::now() + within;
        match Box::pin(self.read_large(query, deadline)).await? {
            Some(answer) => Ok(answer),
            None => self.read_whole(query, clock::until(deadline)).await,
        }
    }

    /// Reads an entry, with its tags, if it is large and can have a connection of its own. `None`: it is to be read like others.
    pub(super) async fn read_large(
        &self,
        query: Query<'_>,
        deadline: Instant,
    ) -> Result<Option<Result<Found, RedisError>>, Error> {
        let keys = &self.large.keys;
        let is_large = match keys.size(query.key) {
            Size::Ordinary => false,
            Size::Large => true,
            Size::Doubtful => probe(&self.plain, keys, query.key, clock::until(deadline)).await?,
        };
        if !is_large || !self.carries_bulk() {
            return Ok(None);
        }
        // Few are read at a time: the others wait for their turn.
        let _counted = self.reads.alone().ok_or_else(overloaded)?;
        match InPieces::new(self, query, deadline).read().await {
            Ok(found) => Ok(found.map(|found| {
                self.learn(query.key, &found);
                Ok(found)
            })),
            Err(Stop::Refused(refused)) => Ok(Some(Err(refused))),
            Err(Stop::Late) => {
                self.news.said().late(&self.place);
                Err(timed_out())
            }
            Err(Stop::Failed(error)) => Err(error),
        }
    }

    async fn read_whole(&self, query: Query<'_>, within: Duration) -> Result<Result<Found, RedisError>, Error> {
        let (link, pledge) = if query.keep { self.kept() } else { (&self.plain, None) };
        let reads = if ptr::eq(link, &raw const self.plain) { &self.reads } else { &self.told().reads };
        let _counted = match reads.turn(query, within, link.asker(), &self.runtime) {
            Turn::Never => return Err(overloaded()),
            Turn::Alone(counted) => Some(counted),
            Turn::Together(answer) => match answered(answer).await? {
                Some(found) => return Ok(Ok(Found { pledge, ..found })),
                None => None,
            },
        };
        let reading = Reading::of(query);
        match link.run(reading.question(), within).await.inspect_err(|error| self.large.keys.doubt(query.key, error))? {
            Ok(answer) => {
                let found = reading.understood(answer, query.tags.len())?;
                self.learn(query.key, &found);
                Ok(Ok(Found { pledge, ..found }))
            }
            Err(refused) => Ok(Err(refused)),
        }
    }

    pub(super) fn reads(&self) -> &Reads {
        &self.reads
    }

    pub(super) fn learn(&self, key: &Key, found: &Found) {
        self.large.keys.learn(key, found.bytes.as_deref().unwrap_or_default());
    }

    /// Whether large values can have a connection of their own: not where there is none at all, nor where the server will not
    /// have one more.
    fn carries_bulk(&self) -> bool {
        self.plain.is_up() && !self.bulk().is_refused()
    }

    /// Puts what is large by comparing, and tells of it if `is_heard`.
    ///
    /// Only what compares may go another way than what is asked before and after it: when that arrives first, this is refused.
    pub(super) async fn replace_large(
        &self,
        change: Change<'_>,
        is_heard: bool,
        within: Duration,
    ) -> Result<Result<Value, RedisError>, Error> {
        let link = if self.carries_bulk() { self.bulk() } else { &self.plain };
        if is_heard && self.news.feed() != NearFeed::Tracking {
            self.publisher.change_apart((link, &self.plain), change, within).await
        } else {
            link.run(change.unheard(), within).await
        }
    }

    /// Changes what others may keep, and tells them.
    pub(super) async fn change(
        &self,
        change: Change<'_>,
        within: Duration,
    ) -> Result<Result<Value, RedisError>, Error> {
        match self.news.feed() {
            NearFeed::Tracking => self.plain.run(change.unheard(), within).await,
            NearFeed::Auto | NearFeed::Channel => self.publisher.change(&self.plain, change, within).await,
        }
    }

    /// Where to read what is to be kept, and the word that goes with it: of the server, or else of the channel. Nobody waits
    /// for that: without it, what is read is not kept.
    pub(super) fn kept(&self) -> (&Link, Option<Pledge>) {
        let (now, feed, said) = (Tick::now(), self.news.feed(), self.news.said());
        if feed != NearFeed::Channel {
            let told = self.told();
            if let Some(pledge) = self.feed.pledge(now)
                && told.link.is_up()
            {
                said.tracking(&self.place);
                return (&told.link, Some(pledge));
            }
            if feed == NearFeed::Tracking {
                if let Some(reason) = told.link.refusal() {
                    said.nothing(&self.place, &reason);
                }
                return (&self.plain, None);
            }
        }
        (&self.plain, self.channel().pledge(now))
    }

    fn channel(&self) -> &Channel {
        self.channel.get_or_init(|| {
            let tracked = (self.news.feed() == NearFeed::Auto).then(|| self.told().link.status());
            let (plain, patience) = (self.plain.status(), self.patience);
            Channel::open(
                Listening::new(&self.place, &self.news, &self.bond, (plain, tracked), patience),
                &self.runtime,
            )
        })
    }

    /// How changes are told.
    pub(super) fn coherence(&self) -> Coherence {
        let now = Tick::now();
        match self.feed.coherence(now) {
            Coherence::Tracking if self.news.feed() != NearFeed::Channel => Coherence::Tracking,
            _ => self.channel.get().map_or(Coherence::None, |channel| channel.coherence(now)),
        }
    }

    /// Whether somebody keeps what is read here, or waits for a change of it.
    pub(super) fn are_listened_to(&self) -> bool {
        self.told.get().is_some()
    }

    /// What was read here until now may have changed unheard.
    pub(super) fn distrust(&self) {
        self.feed.interrupt();
    }

    /// Sends those home who wait for a change. What is being asked has its answer yet.
    pub(super) fn close(&self) {
        if let Some(told) = self.told.get() {
            told.link.close();
        }
        if let Some(channel) = self.channel.get() {
            channel.close();
        }
    }
}

impl Driven for Lines {
    fn is_alive(&self) -> bool {
        self.plain.is_alive()
    }
}

impl Told {
    pub(super) fn link(&self) -> &Link {
        &self.link
    }

    /// From now on no change of `key` is missed.
    pub(super) fn register(&self, key: &Key) -> Waiter {
        self.waiters.register(key.as_str().as_bytes())
    }

    #[cfg(test)]
    pub(super) fn nobody_waits(&self) -> bool {
        self.waiters.is_empty()
    }
}
