//! The invalidation feed: how a store tells of what has changed since it was read.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::clock::Tick;

/// How the values that are kept in this process stay true.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Coherence {
    /// There is no feed at the moment: none are served, and none are taken in.
    #[default]
    None,
    /// Redis tells of every change of what was read, whoever makes it, but for `SWAPDB`
    /// ([client tracking](https://redis.io/docs/latest/develop/reference/client-side-caching/)).
    Tracking,
    /// Whoever invalidates by this library tells the others on a channel. A change by other means is seen when the time of
    /// the value in this process is over.
    Channel,
    /// Nobody tells: every value is served until its time in this process is over.
    Expiry,
}

/// Which of the ways of [`Coherence`] a cache may use, to keep the values true that it keeps in this process.
///
/// Say the same in all processes: what one of them does not tell, the others do not hear.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum NearFeed {
    /// The best that there is: [`Tracking`](Coherence::Tracking); where Redis, a proxy in front of it or the permissions of
    /// the user do not allow that, the [`Channel`](Coherence::Channel); and where they allow neither, [`Expiry`](Coherence::Expiry).
    ///
    /// What is invalidated or replaced is told on the channel in any case, in the same round trip, by those too who need no
    /// channel themselves: another process, with other permissions or behind a proxy, may have nothing else. It costs the
    /// server as much as another `DEL`, and where nobody listens, one a second.
    #[default]
    Auto,
    /// The channel, although Redis may track, or expiry where there is no channel.
    Channel,
    /// Tracking and nothing else. Where it is not to be had, nothing is kept. Nothing is told on the channel.
    Tracking,
}

impl NearFeed {
    pub(crate) const ALL: [Self; 3] = [Self::Auto, Self::Channel, Self::Tracking];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Channel => "channel",
            Self::Tracking => "tracking",
        }
    }
}

/// Who is told of what has changed.
pub(crate) trait Listener: Send + Sync {
    /// What is at `key` may not be what it was. Called between two answers of the store: must be quick, and must not panic.
    fn changed(&self, key: &[u8]);
}

/// Where a store tells of changes: one connection after the other.
///
/// What is told arrives in the order in which it happened, between the answers of the store. A store that answers has told
/// of all that had changed before it was asked: that is how it is known how far the feed has come.
#[derive(Debug)]
pub(crate) struct Feed {
    coherence: Coherence,
    /// Counts how often it was interrupted: what was read before may have changed unheard.
    interruptions: AtomicU64,
    /// Until when it is believed without another sign of life, in bits of a [`Tick`].
    believed: AtomicU64,
}

impl Feed {
    /// For so long nothing may be heard of a store. Whatever happens to the connection, no value is served that was changed
    /// longer ago than this.
    pub(crate) const SILENCE: Duration = Duration::from_millis(1100);

    /// A feed that was not heard of yet.
    pub(crate) fn new(coherence: Coherence) -> Arc<Self> {
        let believed = AtomicU64::new(Tick::BEGINNING.to_bits());
        Arc::new(Self { coherence, interruptions: AtomicU64::new(0), believed })
    }

    /// From now on nothing need be heard of it.
    pub(crate) fn need_not_be_heard(&self) {
        self.believe(Tick::NEVER);
    }

    /// The store has answered a question that was asked at `asked`.
    pub(crate) fn heard(&self, asked: Tick) {
        self.believe(asked.within(Self::SILENCE));
    }

    /// What was read until now may have changed unheard.
    pub(crate) fn interrupt(&self) {
        self.interruptions.fetch_add(1, Ordering::AcqRel);
    }

    /// The connection is lost.
    pub(crate) fn fall_silent(&self) {
        self.interrupt();
        self.believe(Tick::BEGINNING);
    }

    /// To be asked before a question is sent: the word that changes of its answer are told here.
    pub(crate) fn pledge(self: &Arc<Self>, now: Tick) -> Option<Pledge> {
        let interruptions = self.interruptions.load(Ordering::Acquire);
        self.is_believed(now).then(|| Pledge { feed: Arc::clone(self), interruptions, other: None })
    }

    /// What it is just now.
    pub(crate) fn coherence(&self, now: Tick) -> Coherence {
        if self.is_believed(now) { self.coherence } else { Coherence::None }
    }

    fn believe(&self, until: Tick) {
        self.believed.store(until.to_bits(), Ordering::Release);
    }

    fn is_believed(&self, now: Tick) -> bool {
        now < Tick::from_bits(self.believed.load(Ordering::Acquire))
    }
}

/// The word of a store that changes of what was read are told.
#[derive(Clone, Debug)]
pub(crate) struct Pledge {
    feed: Arc<Feed>,
    interruptions: u64,
    other: Option<Box<Self>>,
}

impl Pledge {
    /// The word of both, for an answer that has come from two places.
    pub(crate) fn and(self, other: Self) -> Self {
        let other = match self.other {
            Some(mine) => mine.and(other),
            None => other,
        };
        Self { other: Some(Box::new(other)), ..self }
    }

    /// Whether it still holds: whatever has changed since was told, but for what the last moment may bring.
    pub(crate) fn holds(&self, now: Tick) -> bool {
        self.feed.interruptions.load(Ordering::Acquire) == self.interruptions
            && self.feed.is_believed(now)
            && self.other.as_ref().is_none_or(|other| other.holds(now))
    }
}

impl PartialEq for Pledge {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.feed, &other.feed) && self.interruptions == other.interruptions && self.other == other.other
    }
}

impl Eq for Pledge {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feed_is_believed_for_a_while_after_each_sign_of_life_and_not_before_the_first() {
        let start = Tick::now();
        let (soon, late) = (start.within(Feed::SILENCE / 2), start.within(2 * Feed::SILENCE));
        let feed = Feed::new(Coherence::Tracking);
        assert!(feed.pledge(start).is_none());
        assert_eq!(feed.coherence(start), Coherence::None);
        feed.heard(start);
        let pledge = feed.pledge(start).unwrap();
        assert!(pledge.holds(soon) && !pledge.holds(start.within(Feed::SILENCE)) && !pledge.holds(late));
        feed.heard(late);
        assert!(pledge.holds(late));
        assert_eq!(feed.coherence(late), Coherence::Tracking);
    }

    #[test]
    fn what_was_read_before_an_interruption_is_not_believed_after_it() {
        let now = Tick::now();
        let feed = Feed::new(Coherence::Tracking);
        feed.heard(now);
        let before = feed.pledge(now).unwrap();
        feed.interrupt();
        let after = feed.pledge(now).unwrap();
        assert!(!before.holds(now) && after.holds(now));
        feed.fall_silent();
        assert!(feed.pledge(now).is_none());
        feed.heard(now);
        assert!(!after.holds(now) && feed.pledge(now).unwrap().holds(now));
    }

    #[test]
    fn the_word_of_several_holds_as_long_as_that_of_each() {
        let now = Tick::now();
        for broken in 0..3 {
            let feeds = [(); 3].map(|()| Feed::new(Coherence::Tracking));
            for feed in &feeds {
                feed.heard(now);
            }
            let [first, second, third] = [0, 1, 2].map(|at: usize| feeds[at].pledge(now).unwrap());
            let all = first.and(second).and(third);
            assert!(all.holds(now) && all == all.clone());
            feeds[broken].interrupt();
            assert!(!all.holds(now), "{broken}");
        }
    }

    #[test]
    fn a_feed_that_tells_nothing_is_believed_for_ever() {
        let now = Tick::now();
        let later = now.within(Duration::from_secs(1 << 28));
        let feed = Feed::new(Coherence::Expiry);
        assert!(feed.pledge(now).is_none());
        feed.need_not_be_heard();
        assert!(feed.pledge(now).unwrap().holds(later));
        assert_eq!(feed.coherence(later), Coherence::Expiry);
    }
}
