//! The invalidation feed: how a store tells of what has changed since it was read.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::clock::Instant;

/// How the values that are kept in this process stay true.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Coherence {
    /// There is no feed at the moment: none are served, and none are taken in.
    #[default]
    None,
    /// Redis tells of every change of what was read, whoever makes it
    /// ([client tracking](https://redis.io/docs/latest/develop/reference/client-side-caching/)).
    Tracking,
    /// Whoever invalidates by this library tells the others on a channel. A change by other means is seen when the time of
    /// the value in this process is over.
    Channel,
    /// Nobody tells: every value is served until its time in this process is over.
    Expiry,
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
    made: Instant,
    /// Counts how often it was interrupted: what was read before may have changed unheard.
    interruptions: AtomicU64,
    /// Until when it is believed without another sign of life, in nanoseconds since it was made.
    believed: AtomicU64,
}

impl Feed {
    /// For so long nothing may be heard of a store. Whatever happens to the connection, no value is served that was changed
    /// longer ago than this.
    pub(crate) const SILENCE: Duration = Duration::from_millis(1100);

    /// A feed that was not heard of yet.
    pub(crate) fn new(coherence: Coherence, now: Instant) -> Arc<Self> {
        Arc::new(Self { coherence, made: now, interruptions: AtomicU64::new(0), believed: AtomicU64::new(0) })
    }

    /// One that tells nothing, and is believed all the same.
    pub(crate) fn expiry(now: Instant) -> Arc<Self> {
        let feed = Self::new(Coherence::Expiry, now);
        feed.believed.store(u64::MAX, Ordering::Release);
        feed
    }

    /// The store has answered a question that was asked at `asked`.
    pub(crate) fn heard(&self, asked: Instant) {
        let since = asked.saturating_duration_since(self.made).saturating_add(Self::SILENCE);
        self.believed.store(nanoseconds(since), Ordering::Release);
    }

    /// What was read until now may have changed unheard.
    pub(crate) fn interrupt(&self) {
        self.interruptions.fetch_add(1, Ordering::AcqRel);
    }

    /// The connection is lost.
    pub(crate) fn fall_silent(&self) {
        self.interrupt();
        self.believed.store(0, Ordering::Release);
    }

    /// To be asked before a question is sent: the word that changes of its answer are told here.
    pub(crate) fn pledge(self: &Arc<Self>, now: Instant) -> Option<Pledge> {
        let interruptions = self.interruptions.load(Ordering::Acquire);
        self.is_believed(now).then(|| Pledge { feed: Arc::clone(self), interruptions })
    }

    /// What it is just now.
    pub(crate) fn coherence(&self, now: Instant) -> Coherence {
        if self.is_believed(now) { self.coherence } else { Coherence::None }
    }

    fn is_believed(&self, now: Instant) -> bool {
        nanoseconds(now.saturating_duration_since(self.made)) < self.believed.load(Ordering::Acquire)
    }
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// The word of a store that changes of what was read are told.
#[derive(Clone, Debug)]
pub(crate) struct Pledge {
    feed: Arc<Feed>,
    interruptions: u64,
}

impl Pledge {
    /// Whether it still holds: whatever has changed since was told, but for what the last moment may bring.
    pub(crate) fn holds(&self, now: Instant) -> bool {
        self.feed.interruptions.load(Ordering::Acquire) == self.interruptions && self.feed.is_believed(now)
    }
}

impl PartialEq for Pledge {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.feed, &other.feed) && self.interruptions == other.interruptions
    }
}

impl Eq for Pledge {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;

    const MOMENT: Duration = Duration::from_millis(1);

    #[test]
    fn a_feed_is_believed_for_a_while_after_each_sign_of_life_and_not_before_the_first() {
        let start = clock::now();
        let feed = Feed::new(Coherence::Tracking, start);
        assert!(feed.pledge(start).is_none());
        assert_eq!(feed.coherence(start), Coherence::None);
        feed.heard(start);
        let pledge = feed.pledge(start).unwrap();
        assert!(pledge.holds(start + Feed::SILENCE - MOMENT));
        assert!(!pledge.holds(start + Feed::SILENCE));
        feed.heard(start + Feed::SILENCE);
        assert!(pledge.holds(start + Feed::SILENCE));
        assert_eq!(feed.coherence(start + Feed::SILENCE), Coherence::Tracking);
    }

    #[test]
    fn what_was_read_before_an_interruption_is_not_believed_after_it() {
        let now = clock::now();
        let feed = Feed::new(Coherence::Tracking, now);
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
    fn a_feed_that_tells_nothing_is_believed_for_ever() {
        let now = clock::now();
        let later = now + Duration::from_secs(1 << 30);
        let feed = Feed::expiry(now);
        assert!(feed.pledge(now).unwrap().holds(later));
        assert_eq!(feed.coherence(later), Coherence::Expiry);
    }
}
